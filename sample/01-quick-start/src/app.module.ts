import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  UsersModule,
} from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { HelloController } from './hello.controller.js';
import { ENV_FILE, localSecrets } from './local-secrets.js';
import { Mailer } from './mailer.js';
import { AccountMails } from './users/account-mails.js';
import { User } from './users/user.entity.js';
import { CreateUser, ReadUser, UpdateUser } from './users/user.models.js';

const DATABASE_FILE = join(import.meta.dirname, '..', 'users.sqlite');

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, envFilePath: ENV_FILE, load: [localSecrets] }),

    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'better-sqlite3',
        database: config.get('DATABASE_FILE', DATABASE_FILE),
        autoLoadEntities: true,
        // Handy while the entity still changes; real data is worth migrations.
        synchronize: true,
      }),
    }),

    UsersModule.forRootAsync<User>({
      // Shape: Nest fixes routes and providers before it runs any factory.
      imports: [UsersTypeOrmModule.forEntity(User)],
      models: { user: ReadUser, create: CreateUser, update: UpdateUser },
      // A new address counts once the link mailed to it was followed.
      emailChange: 'confirmed',
      // Off unless asked for.
      routes: { deleteMe: true, exportMe: true },
      // Values: secrets, lifetimes, policies.
      inject: [ConfigService],
      useFactory: (config: ConfigService) => {
        // One secret for both: a token names its backend, and is good for nothing else.
        const strategy = new JwtTokenStrategy({ secret: config.getOrThrow('AUTH_SECRET') });
        return {
          backends: [
            // For programs and apps: the token is in the answer.
            new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy }),
            // For browsers: scripts cannot read it, and other sites cannot use it.
            new AuthBackend({ name: 'cookie', transport: new CookieTransport(), strategy }),
          ],
          resetPasswordTokenSecret: config.getOrThrow('RESET_PASSWORD_SECRET'),
          requestVerificationOnRegister: true,
        };
      },
    }),
  ],
  controllers: [HelloController],
  providers: [Mailer, AccountMails],
})
export class AppModule {}
