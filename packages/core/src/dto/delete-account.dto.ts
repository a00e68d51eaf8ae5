import { IsString } from 'class-validator';
import { IsOptionalNotNull } from './field-decorators.js';

/** What `DELETE /me` takes. @publicApi */
export class DeleteAccountDto {
  /** Confirms the deletion. */
  @IsOptionalNotNull() @IsString() currentPassword?: string;
}
