import { Column, Entity, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

@Entity('cats')
export class Cat {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 80 })
  name!: string;

  /** An account is an entity like any other: when it goes, its cats go. */
  @ManyToOne(() => Account, { onDelete: 'CASCADE' })
  owner?: Account;

  @Column({ type: 'integer' })
  ownerId!: number;
}
