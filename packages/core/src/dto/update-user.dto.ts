import { IsString } from 'class-validator';
import { IsEmailAddress, IsOptionalNotNull } from './field-decorators.js';

/**
 * What a profile update takes: only what is sent is changed. Extend it by your own fields.
 *
 * @publicApi
 */
export class UpdateUserDto {
  @IsOptionalNotNull() @IsEmailAddress() email?: string;
  @IsOptionalNotNull() @IsString() password?: string;
  /** Confirms a change of password or address. */
  @IsOptionalNotNull() @IsString() currentPassword?: string;
}
