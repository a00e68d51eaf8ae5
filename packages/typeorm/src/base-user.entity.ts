import { PrimaryColumn } from 'typeorm';
import { BaseUserColumns } from './base-user.columns.js';

/**
 * The usual user: extend it by columns of your own. Its id is a UUID of version 7, made by the
 * adapter: it needs no extension of the database, and new rows stand at the end of the index.
 *
 * @example
 * @Entity('users')
 * export class User extends BaseUserEntity {
 *   @Column({ type: 'varchar', length: 80, nullable: true }) firstName?: string | null;
 * }
 * @publicApi
 */
export abstract class BaseUserEntity extends BaseUserColumns {
  @PrimaryColumn('uuid')
  id!: string;
}
