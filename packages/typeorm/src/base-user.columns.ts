import { Column, CreateDateColumn, Index, UpdateDateColumn } from 'typeorm';

/** The columns of every user entity, the primary key apart. */
export abstract class BaseUserColumns {
  @Column({ type: 'varchar', length: 254 })
  email!: string;

  /** Lower-case ASCII by construction, so that no collation can find two addresses equal. */
  @Index({ unique: true })
  @Column({ type: 'varchar', length: 320 })
  canonicalEmail!: string;

  @Column({ type: 'varchar', length: 254, nullable: true })
  pendingEmail!: string | null;

  /** Selected by the adapter alone, so that no relation to a user carries it into an answer. */
  @Column({ type: 'varchar', length: 255, nullable: true, select: false })
  hashedPassword?: string | null;

  /** Selected by the adapter alone, as `hashedPassword`. */
  @Column({ type: 'varchar', length: 32, select: false })
  securityStamp?: string;

  @Column({ type: Boolean, default: true })
  isActive!: boolean;

  /** Indexed: the guard of the last superuser locks the superusers' rows, and no others. */
  @Index()
  @Column({ type: Boolean, default: false })
  isSuperuser!: boolean;

  @Column({ type: Boolean, default: false })
  isVerified!: boolean;

  /** The adapter writes it; the default is for rows that the application's own code inserts. */
  @CreateDateColumn()
  createdAt!: Date;

  @UpdateDateColumn()
  updatedAt!: Date;
}
