import 'reflect-metadata';
import { TokenStore, UsersModule } from '@nestjs-users/core';
import { UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSource } from './data-source.js';
import { environment, SECRET } from './environment.js';
import { seed } from './library/asks.js';
import { backends, isInDatabase, storeImports } from './library/backend.js';
import { hasher } from './library/hasher.js';
import { User } from './library/user.js';
import { listen } from './platform.js';
import { tellReady } from './ready.js';

const entities = isInDatabase ? [User, UserSessionEntity] : [User];

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSource, entities }),
    UsersModule.forRootAsync<User>({
      imports: [UsersTypeOrmModule.forEntity(User), ...storeImports],
      inject: [{ token: TokenStore, optional: true }],
      useFactory: async (store?: TokenStore) => ({
        backends: await backends(store),
        resetPasswordTokenSecret: SECRET,
        passwordHasher: hasher(),
        // One account and one address log in all the time.
        attemptLimits: false,
      }),
    }),
  ],
})
class AppModule {}

const { app, origin } = await listen(AppModule);
tellReady({ origin, asks: environment.isFirstStart ? await seed(app) : {} });
