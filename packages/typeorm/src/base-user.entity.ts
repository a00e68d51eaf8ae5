import { BeforeInsert, PrimaryColumn } from 'typeorm';
import { v7 as uuidv7 } from 'uuid';
import { BaseUserColumns } from './base-user.columns.js';

/**
 * The usual user: extend it by columns of your own. Its id is a UUID of version 7, made here: it
 * needs no extension of the database, and new rows stand at the end of the index.
 *
 * @example
 * @Entity('users')
 * export class User extends BaseUserEntity {
 *   @Column({ type: 'varchar', length: 80, nullable: true }) firstName?: string | null;
 * }
 * @publicApi
 */
export abstract class BaseUserEntity extends BaseUserColumns {
  /** A UUID, in lower case. */
  @PrimaryColumn('uuid')
  id!: string;

  /** For rows that the application's own code inserts, and for the adapter's. */
  @BeforeInsert()
  protected assignId(): void {
    this.id ??= uuidv7();
  }
}
