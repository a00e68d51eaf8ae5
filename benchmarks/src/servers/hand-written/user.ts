import { Exclude } from 'class-transformer';
import { Column, Entity, ManyToOne, PrimaryColumn } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryColumn('uuid') id!: string;
  @Column({ unique: true }) email!: string;
  @Exclude() @Column({ nullable: true, type: 'varchar' }) hashedPassword!: string | null;
  @Column({ default: true }) isActive!: boolean;
  @Column({ default: false }) isSuperuser!: boolean;
  @Column({ default: false }) isVerified!: boolean;
}

/** For stored tokens: the digest of one, and whose it is. */
@Entity('sessions')
export class Session {
  @PrimaryColumn() digest!: string;
  @ManyToOne(() => User, { nullable: false, onDelete: 'CASCADE' }) user!: User;
  @Column({ type: 'bigint' }) expiresAt!: number;
}
