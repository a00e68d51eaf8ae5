import {
  CreateUserDto,
  IsOptionalNotNull,
  UpdateUserDto,
  UserDto,
  type UsersModels,
} from '@nestjs-users/core';
import { BaseIntegerUserEntity, BaseUserEntity } from '@nestjs-users/typeorm';
import { Expose } from 'class-transformer';
import { IsString, MaxLength } from 'class-validator';
import { Column, Entity } from 'typeorm';

/** The application's user: a column that clients may write, and two that they may not. */
@Entity('users')
export class User extends BaseUserEntity {
  @Column({ type: 'varchar', length: 80, nullable: true }) firstName?: string | null;
  @Column({ type: 'varchar', length: 20, default: 'member' }) role!: string;
  @Column({ type: 'int', default: 0 }) balance!: number;
}

/** The same with integer ids. */
@Entity('users')
export class IntegerUser extends BaseIntegerUserEntity {
  @Column({ type: 'varchar', length: 80, nullable: true }) firstName?: string | null;
  @Column({ type: 'varchar', length: 20, default: 'member' }) role!: string;
  @Column({ type: 'int', default: 0 }) balance!: number;
}

export class ReadUser extends UserDto {
  @Expose() firstName?: string | null;
}

export class CreateUser extends CreateUserDto {
  @IsOptionalNotNull() @IsString() @MaxLength(80) firstName?: string;
}

export class UpdateUser extends UpdateUserDto {
  @IsOptionalNotNull() @IsString() @MaxLength(80) firstName?: string;
}

export const models: UsersModels = { user: ReadUser, create: CreateUser, update: UpdateUser };
