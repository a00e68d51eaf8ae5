import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  AuthBackend,
  Authenticated,
  BearerTransport,
  CreateUserDto,
  CurrentUser,
  JwtTokenStrategy,
  OnUserRegistered,
  UpdateUserDto,
  UserDto,
  UserRegisteredEvent,
  UsersModule,
} from '@nestjs-users/core';
import { BaseUserEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Expose } from 'class-transformer';
import { IsOptional, IsString } from 'class-validator';
import { Column, Entity } from 'typeorm';

@Entity('users')
export class User extends BaseUserEntity {
  @Column({ type: 'varchar', nullable: true })
  firstName?: string;
}

export class ReadUser extends UserDto {
  @Expose()
  firstName?: string;
}

export class CreateUser extends CreateUserDto {
  @IsOptional()
  @IsString()
  firstName?: string;
}

export class UpdateUser extends UpdateUserDto {
  @IsOptional()
  @IsString()
  firstName?: string;
}

@Injectable()
export class Welcome {
  readonly greeted: string[] = [];

  @OnUserRegistered()
  greet({ user }: UserRegisteredEvent<User>): void {
    this.greeted.push(user.email);
  }
}

@Controller('cats')
export class CatsController {
  constructor(private readonly welcome: Welcome) {}

  @Get()
  @Authenticated()
  list(@CurrentUser() user: User): object {
    return { owner: user.email, greeted: this.welcome.greeted };
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'sqljs',
      location: 'users.sqlite',
      autoSave: true,
      autoLoadEntities: true,
      synchronize: true,
    }),
    UsersModule.forRootAsync<User>({
      imports: [UsersTypeOrmModule.forEntity(User)],
      models: { user: ReadUser, create: CreateUser, update: UpdateUser },
      useFactory: () => ({
        backends: [
          new AuthBackend({
            name: 'jwt',
            transport: new BearerTransport(),
            strategy: new JwtTokenStrategy({
              secret: 'a secret of more than thirty-two characters',
              lifetimeSeconds: 3600,
            }),
          }),
        ],
        resetPasswordTokenSecret: 'another secret of more than thirty-two characters',
        resetPasswordTokenLifetimeSeconds: 3600,
      }),
    }),
  ],
  controllers: [CatsController],
  providers: [Welcome],
})
export class AppModule {}
