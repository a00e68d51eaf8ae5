import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  AuthBackend,
  BearerTransport,
  StoredTokenStrategy,
  TokenStore,
  UsersModule,
} from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { ChatGateway } from './chat/chat.gateway.js';
import { ENV_FILE, localSecrets } from './local-secrets.js';
import { User } from './users/user.entity.js';

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
        synchronize: true,
      }),
    }),
    UsersModule.forRootAsync<User>({
      imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forSessions()],
      routes: { mySessions: true },
      inject: [TokenStore, ConfigService],
      useFactory: (store: TokenStore, config: ConfigService) => ({
        backends: [
          new AuthBackend({
            name: 'session',
            transport: new BearerTransport(),
            strategy: new StoredTokenStrategy({ store }),
          }),
        ],
        resetPasswordTokenSecret: config.getOrThrow('RESET_PASSWORD_SECRET'),
      }),
    }),
  ],
  providers: [ChatGateway],
})
export class AppModule {}
