import type { StoredToken } from '@nestjs-users/core';
import { Column, Index, PrimaryColumn, type ValueTransformer } from 'typeorm';

/**
 * Milliseconds since 1970: the same on every database, whatever its time zone and its precision.
 * Drivers give 64-bit integers as text.
 */
const instant: ValueTransformer = {
  to: (date?: Date | null) => date?.getTime() ?? null,
  from: (milliseconds?: string | number | null) =>
    milliseconds === undefined || milliseconds === null ? null : new Date(Number(milliseconds)),
};

/**
 * The columns of a session. Extend it to give the table a name of your own; see
 * {@link UserSessionEntity} for the usual one.
 *
 * @example
 * @Entity('logins')
 * export class Login extends BaseUserSessionEntity {}
 * @publicApi
 */
export abstract class BaseUserSessionEntity implements StoredToken {
  /** Hexadecimal digits, as `digest`: no collation finds two of them equal. */
  @PrimaryColumn({ type: 'varchar', length: 32 })
  id!: string;

  @Index({ unique: true })
  @Column({ type: 'varchar', length: 64 })
  digest!: string;

  /** The user's id, as text; no foreign key, for users may live in another database. */
  @Index()
  @Column({ type: 'varchar', length: 255 })
  subject!: string;

  @Column({ type: 'varchar', length: 64 })
  fingerprint!: string;

  @Column({ type: 'varchar', length: 32 })
  backend!: string;

  @Column({ type: 'bigint', transformer: instant })
  createdAt!: Date;

  @Column({ type: 'bigint', transformer: instant })
  lastUsedAt!: Date;

  /** Indexed: what has expired is deleted by it. */
  @Index()
  @Column({ type: 'bigint', transformer: instant })
  expiresAt!: Date;

  @Column({ type: 'bigint', transformer: instant })
  endsAt!: Date;

  @Column({ type: 'int', default: 0 })
  generation!: number;

  @Column({ type: 'bigint', nullable: true, transformer: instant })
  rotatedAt!: Date | null;

  @Column({ type: 'varchar', length: 64, nullable: true })
  address!: string | null;

  @Column({ type: 'varchar', length: 255, nullable: true })
  userAgent!: string | null;
}
