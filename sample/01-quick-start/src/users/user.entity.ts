import { BaseUserEntity } from '@nestjs-users/typeorm';
import { Column, Entity } from 'typeorm';

/** The stored user: the columns that the library needs, and the application's own. */
@Entity('users')
export class User extends BaseUserEntity {
  @Column({ type: 'varchar', length: 80, nullable: true })
  firstName?: string | null;
}
