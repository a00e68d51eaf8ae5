import { PrimaryGeneratedColumn } from 'typeorm';
import { BaseUserColumns } from './base-user.columns.js';

/** Like {@link BaseUserEntity}, with an integer that the database counts up as its id. @publicApi */
export abstract class BaseIntegerUserEntity extends BaseUserColumns {
  /** Never given twice, not even after a deletion. */
  @PrimaryGeneratedColumn()
  id!: number;
}
