import { IsString } from 'class-validator';
import { IsEmailAddress } from './field-decorators.js';

/** What `POST /request-verify-token` takes. @publicApi */
export class RequestVerificationDto {
  @IsEmailAddress() email!: string;
}

/** What routes take that a link in a mail leads to: verification, and changes of address. @publicApi */
export class MailedTokenDto {
  /** From the mail. */
  @IsString() token!: string;
}
