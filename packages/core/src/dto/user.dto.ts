import { Expose } from 'class-transformer';
import type { UserId } from '../users/user.js';

/**
 * What the routes show of a user. An allow-list: only fields with `@Expose()` leave the server, so
 * extend it by those of your own that everybody who may see the user may see.
 *
 * @example
 * export class ReadUser extends UserDto {
 *   @Expose() firstName?: string;
 * }
 * @publicApi
 */
export class UserDto {
  @Expose() id!: UserId;
  @Expose() email!: string;
  @Expose() isActive!: boolean;
  @Expose() isSuperuser!: boolean;
  @Expose() isVerified!: boolean;
}
