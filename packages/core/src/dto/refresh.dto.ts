import { Equals, IsString } from 'class-validator';
import { IsOptionalNotNull } from './field-decorators.js';

/**
 * What `POST /refresh/{backend}` takes, as OAuth 2 words it (RFC 6749, 6). Cookie backends need no
 * body.
 *
 * @publicApi
 */
export class RefreshDto {
  /** From the login, or from the refresh before. */
  @IsOptionalNotNull()
  @IsString()
  refresh_token?: string;

  /** `refresh_token`, if anything. */
  @IsOptionalNotNull()
  @Equals('refresh_token')
  grant_type?: 'refresh_token';
}
