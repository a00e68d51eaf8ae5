/**
 * The application that things happen to: all kinds of backends, by the environment's database and Redis.
 * Tells its port by a line on standard output.
 */
import 'reflect-metadata';
import {
  AuthBackend,
  BearerTransport,
  CreateUserDto,
  JwtTokenStrategy,
  StoredTokenStrategy,
  TokenStore,
  UpdateUserDto,
  UserDto,
  UsersModule,
} from '@nestjs-users/core';
import { RedisRateLimitStore, RedisTokenStore } from '@nestjs-users/redis';
import { UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Expose } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Redis } from 'ioredis';
import { People, Profiles } from './fault-entities.mjs';
import { hasher } from './hashers.mjs';
import { Listeners } from './listeners.mjs';
import { StatsModule } from './stats.mjs';

const { DATABASE, SECRET, REDIS_URL, OPTIONS = '{}', TIMEOUT = '5' } = process.env;
const { PLATFORM = 'fastify' } = process.env;
const timeoutSeconds = Number(TIMEOUT);

const redis =
  REDIS_URL &&
  new Redis(REDIS_URL, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => 200,
  });
// Each command fails by itself.
if (redis) redis.on('error', () => {});

class ReadUser extends UserDto {}
Expose()(ReadUser.prototype, 'nickname');
class UpdateUser extends UpdateUserDto {}
for (const rule of [IsOptional(), IsString(), MaxLength(80)])
  rule(UpdateUser.prototype, 'nickname');
Expose()(UpdateUser.prototype, 'nickname');

const bearer = (name, strategy) =>
  new AuthBackend({ name, transport: new BearerTransport(), strategy });

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      retryAttempts: 60,
      retryDelay: 500,
      ...JSON.parse(DATABASE),
      entities: [People, Profiles, UserSessionEntity],
    }),
    UsersModule.forRootAsync({
      imports: [
        UsersTypeOrmModule.forEntity(People, { timeoutSeconds }),
        UsersTypeOrmModule.forSessions({ users: People, timeoutSeconds }),
      ],
      models: { user: ReadUser, create: CreateUserDto, update: UpdateUser },
      routes: { refresh: true },
      inject: [TokenStore],
      useFactory: (store) => ({
        backends: [
          bearer('jwt', new JwtTokenStrategy({ secret: SECRET })),
          bearer('stored', new StoredTokenStrategy({ store })),
          bearer('mobile', new JwtTokenStrategy({ secret: SECRET, store, refresh: {} })),
          ...(redis
            ? [
                bearer(
                  'redis',
                  new StoredTokenStrategy({
                    store: new RedisTokenStore({ client: redis }),
                  }),
                ),
              ]
            : []),
        ],
        resetPasswordTokenSecret: SECRET,
        passwordHasher: hasher,
        ...(redis && {
          rateLimitStore: new RedisRateLimitStore({ client: redis }),
        }),
        attemptLimits: false,
        ...JSON.parse(OPTIONS),
      }),
    }),
    StatsModule,
  ],
  providers: [
    Listeners,
    { provide: 'redis', useValue: { onApplicationShutdown: () => redis?.disconnect() } },
  ],
})(AppModule);

const adapters = {
  express: () => new ExpressAdapter(),
  // Its own bound for a request's way here is none; docs/security.md has this one.
  fastify: () => new FastifyAdapter({ requestTimeout: 60_000 }),
};
const app = await NestFactory.create(AppModule, adapters[PLATFORM](), {
  return503OnClosing: true,
  logger: process.env.VERBOSE ? ['error', 'warn'] : false,
  abortOnError: false,
});
// As docs/listeners.md has it: a second signal does not wait.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => process.once(signal, () => process.exit(1)));
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(0, '127.0.0.1');
process.stdout.write(`READY ${app.getHttpServer().address().port}\n`);
