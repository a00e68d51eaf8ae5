import { BaseIntegerUserEntity } from '@nestjs-users/typeorm';
import { Column, Entity, Index } from 'typeorm';

/** A user under a name of one's own, with integer ids and columns of one's own. */
@Entity('accounts')
export class Account extends BaseIntegerUserEntity {
  @Column({ type: 'varchar', length: 80 })
  displayName!: string;

  @Column({ type: Boolean, default: false })
  newsletter!: boolean;

  /** No model exposes it, so no route shows it. */
  @Index({ unique: true })
  @Column({ type: 'varchar', length: 64, nullable: true })
  apiKeyDigest?: string | null;
}
