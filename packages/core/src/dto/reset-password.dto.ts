import { IsString } from 'class-validator';
import { IsEmailAddress } from './field-decorators.js';

/** What `POST /forgot-password` takes. @publicApi */
export class ForgotPasswordDto {
  @IsEmailAddress() email!: string;
}

/** What `POST /reset-password` takes. @publicApi */
export class ResetPasswordDto {
  /** From the mail. */
  @IsString() token!: string;
  /** The new password. */
  @IsString() password!: string;
}
