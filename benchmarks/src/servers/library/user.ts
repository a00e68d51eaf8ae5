import { BaseUserEntity } from '@nestjs-users/typeorm';
import { Entity } from 'typeorm';

@Entity('users')
export class User extends BaseUserEntity {}
