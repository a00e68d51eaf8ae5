import { Expose } from 'class-transformer';

/** A session as the routes show it. @publicApi */
export class SessionDto {
  /** Names it in `DELETE …/sessions/{id}`. */
  @Expose() id!: string;
  /** Name of the backend. */
  @Expose() backend!: string;
  @Expose() createdAt!: Date;
  /** To the minute. */
  @Expose() lastUsedAt!: Date;
  /** When it ends, unless it is used before. */
  @Expose() expiresAt!: Date;
  /** Where the login came from. */
  @Expose() address!: string | null;
  /** What the client called itself. */
  @Expose() userAgent!: string | null;
  /** Whether it is the session of this very request. */
  @Expose() isCurrent!: boolean;
}
