import { Column, Index, PrimaryColumn } from 'typeorm';

/**
 * What has happened under one key, as {@link TypeOrmRateLimitStore} counts it. No columns of your own are
 * needed; extend it only to give the table another name.
 *
 * @example
 * @Entity('attempts')
 * export class Attempt extends BaseRateLimitEntity {}
 * @publicApi
 */
export abstract class BaseRateLimitEntity {
  /** SHA-256 of the key: hexadecimal digits, of which no collation finds two equal. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id!: string;

  /** When it has happened: milliseconds since 1970 in base 36, with commas. */
  @Column({ type: 'text' })
  times!: string;

  /** When all of it is past, in milliseconds since 1970. Indexed: what is past is deleted by it. */
  @Index()
  @Column({ type: 'bigint' })
  endsAt!: number;
}
