import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthBackend, BearerTransport, JwtTokenStrategy, UsersModule } from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { localKey } from './local-key.js';
import { User } from './user.entity.js';

const DATABASE_FILE = join(import.meta.dirname, '..', '..', 'users.sqlite');

/** The service that has the users: it alone can make tokens. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'better-sqlite3',
        database: config.get('DATABASE_FILE', DATABASE_FILE),
        autoLoadEntities: true,
        synchronize: true,
      }),
    }),
    UsersModule.forRootAsync<User>({
      imports: [UsersTypeOrmModule.forEntity(User)],
      // Where the other service reads the public keys.
      routes: { jwks: true },
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        backends: [
          new AuthBackend({
            name: 'jwt',
            transport: new BearerTransport(),
            strategy: new JwtTokenStrategy({
              keys: [
                {
                  id: '2026-11',
                  algorithm: 'ES256',
                  privateKey: config.get('AUTH_KEY') ?? localKey(),
                },
              ],
              // The other service does not hear of log-outs: it believes a token as long as this.
              lifetimeSeconds: 300,
            }),
          }),
        ],
        // Reset tokens stay within this service. New at each start: fine for a trial.
        resetPasswordTokenSecret:
          config.get('RESET_PASSWORD_SECRET') ?? randomBytes(48).toString('base64url'),
      }),
    }),
  ],
})
export class AccountsModule {}
