import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { TokenStore, UsersModule } from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { databaseOptions } from './database.js';
import { ENV_FILE, localSecrets } from './local-secrets.js';
import { PageController } from './page/page.controller.js';
import { backends } from './users/backends.js';
import { TheftListener } from './users/theft.listener.js';
import { User } from './users/user.entity.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, envFilePath: ENV_FILE, load: [localSecrets] }),
    TypeOrmModule.forRootAsync({ inject: [ConfigService], useFactory: databaseOptions }),
    UsersModule.forRootAsync<User>({
      // The second one brings the table of sessions, and its `TokenStore`.
      imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forSessions()],
      routes: { mySessions: true, refresh: true },
      inject: [TokenStore, ConfigService],
      useFactory: (store: TokenStore, config: ConfigService) => ({
        backends: backends(store, config),
        resetPasswordTokenSecret: config.getOrThrow('RESET_PASSWORD_SECRET'),
      }),
    }),
  ],
  controllers: [PageController],
  providers: [TheftListener],
})
export class AppModule {}
