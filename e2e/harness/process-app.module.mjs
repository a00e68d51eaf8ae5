/**
 * A small application for tests that need several processes, or its root module in a file: plain
 * JavaScript, so that `node` runs it as it stands. Reads its database and its shape from the
 * environment; tells its
 * events by lines on standard output.
 */
import 'reflect-metadata';
import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  createListenerDecorator,
  JwtTokenStrategy,
  StoredTokenStrategy,
  TokenStore,
  UsersEvent,
  UsersModule,
} from '@nestjs-users/core';
import { FastPasswordHasher } from '@nestjs-users/testing';
import { RedisRateLimitStore, RedisTokenStore } from '@nestjs-users/redis';
import { UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Redis } from 'ioredis';
import { Users } from './process-user.mjs';

const {
  DATABASE = '{}',
  EXTRAS = '{}',
  SECRET = '',
  SESSIONS = '',
  DIES_AT_REFRESH = '',
  ATTEMPTS = 'false',
} = process.env;

/** Redis, where the environment has its address and a prefix: the sessions are there then. */
const redis = SESSIONS ? new Redis(JSON.parse(SESSIONS).url) : undefined;
/** In a race of fifty, on a slow machine, an answer may take its time. */
const inRedis = redis && {
  client: redis,
  prefix: JSON.parse(SESSIONS).prefix,
  timeoutSeconds: 5,
};

class RedisConnection {
  onApplicationShutdown() {
    redis?.disconnect();
  }
}

/** Kills the process as soon as a refresh token was used, before anybody hears of it. */
const frail = (store) => {
  if (!DIES_AT_REFRESH) return store;
  const touch = store.touch.bind(store);
  store.touch = async (token, use) => {
    const isWritten = await touch(token, use);
    if (isWritten && use.generation !== undefined) process.kill(process.pid, 'SIGKILL');
    return isWritten;
  };
  return store;
};

class Reporter {
  report(event) {
    const { user, token, cancelToken } = event;
    const line = { event: event.constructor.name, email: user?.email, token, cancelToken };
    process.stdout.write(`EVENT ${JSON.stringify(line)}\n`);
  }
}
createListenerDecorator(UsersEvent)()(
  Reporter.prototype,
  'report',
  Object.getOwnPropertyDescriptor(Reporter.prototype, 'report'),
);

const backendsOf = (store) => [
  new AuthBackend({
    name: 'strict',
    transport: new BearerTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET, store, refresh: { graceSeconds: 0 } }),
  }),
  new AuthBackend({
    name: 'mobile',
    transport: new BearerTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET, store, refresh: { graceSeconds: 4 } }),
  }),
  new AuthBackend({
    name: 'opaque',
    transport: new BearerTransport(),
    strategy: new StoredTokenStrategy({ store }),
  }),
  new AuthBackend({
    name: 'jwt',
    transport: new BearerTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET }),
  }),
  new AuthBackend({
    name: 'cookie',
    transport: new CookieTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET }),
  }),
  new AuthBackend({
    name: 'session',
    transport: new CookieTransport(),
    strategy: new StoredTokenStrategy({ store }),
  }),
  new AuthBackend({
    name: 'listed',
    transport: new BearerTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET, store }),
  }),
];

export class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({ ...JSON.parse(DATABASE), entities: [Users, UserSessionEntity] }),
    UsersModule.forRootAsync({
      imports: [UsersTypeOrmModule.forEntity(Users), UsersTypeOrmModule.forSessions()],
      inject: [TokenStore],
      ...JSON.parse(EXTRAS),
      useFactory: (own) => ({
        backends: backendsOf(frail(redis ? new RedisTokenStore(inRedis) : own)),
        resetPasswordTokenSecret: SECRET,
        // Thirty rounds for one account.
        mailLimit: false,
        attemptLimits: JSON.parse(ATTEMPTS),
        rateLimitStore: redis && new RedisRateLimitStore(inRedis),
        passwordHasher: new FastPasswordHasher(),
      }),
    }),
  ],
  providers: [Reporter, RedisConnection],
})(AppModule);
