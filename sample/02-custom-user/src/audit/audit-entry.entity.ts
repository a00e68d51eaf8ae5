import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity('audit_entries')
export class AuditEntry {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: Date, precision: 3 })
  at!: Date;

  /** Name of the event. */
  @Column({ type: 'varchar', length: 80 })
  event!: string;

  /** No foreign key: the entry outlives the account. */
  @Column({ type: 'integer' })
  accountId!: number;

  @Column({ type: 'varchar', length: 45, nullable: true })
  ip!: string | null;
}
