import { Equals, IsString, ValidateIf } from 'class-validator';
import { IsOptionalNotNull } from './field-decorators.js';

/**
 * What the login routes take: the fields of OAuth 2's password grant (RFC 6749, 4.3.2), with `email`
 * as another name of `username`. Other fields of the grant (`scope`, `client_id`) are ignored.
 *
 * @publicApi
 */
export class LoginDto {
  /** The e-mail address. */
  @ValidateIf(({ email, username }: LoginDto) => username !== undefined || email === undefined)
  @IsString()
  username?: string;

  /** The same as `username`, which goes first. */
  @IsOptionalNotNull()
  @IsString()
  email?: string;

  @IsString() password!: string;

  /** `password`, if anything. */
  @IsOptionalNotNull()
  @Equals('password')
  grant_type?: 'password';
}
