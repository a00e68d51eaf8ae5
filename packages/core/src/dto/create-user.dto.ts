import { IsString } from 'class-validator';
import { IsEmailAddress } from './field-decorators.js';

/**
 * What registration takes. Extend it by your own fields, with class-validator's decorators; fields
 * without any are dropped.
 *
 * @example
 * export class CreateUser extends CreateUserDto {
 *   @IsOptional() @IsString() @MaxLength(80) firstName?: string;
 * }
 * @publicApi
 */
export class CreateUserDto {
  @IsEmailAddress() email!: string;
  /** Judged by the password policy, not here. */
  @IsString() password!: string;
}
