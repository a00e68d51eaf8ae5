/**
 * The application that things happen to: all kinds of backends, by the environment's database and Redis.
 * Tells its port by a line on standard output.
 */
import 'reflect-metadata';
import {
  Argon2PasswordHasher,
  AuthBackend,
  BcryptPasswordHasher,
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
import { FastPasswordHasher } from '@nestjs-users/testing';
import { UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Expose } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Redis } from 'ioredis';
import { People, Profiles } from './fault-entities.mjs';
import { Listeners } from './listeners.mjs';
import { ReadyController } from './ready.mjs';
import { StatsModule } from './stats.mjs';

const { DATABASE, SECRET, REDIS_URL, OPTIONS = '{}', HASHER = 'fast', TIMEOUT = '5' } = process.env;
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

const hashers = {
  fast: () => new FastPasswordHasher(),
  bcrypt: () => new BcryptPasswordHasher(),
  // Some 20 ms for a hash, and a line that is long enough for all who come.
  quick: () => new BcryptPasswordHasher({ rounds: 8, allowInsecureRounds: true, maxQueue: 64 }),
  unbounded: () => new BcryptPasswordHasher({ maxQueue: 1_000_000 }),
  argon2: () => new Argon2PasswordHasher(),
};

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
                    store: new RedisTokenStore({ client: redis, timeoutSeconds: 0.5 }),
                  }),
                ),
              ]
            : []),
        ],
        resetPasswordTokenSecret: SECRET,
        passwordHasher: hashers[HASHER](),
        ...(redis && {
          rateLimitStore: new RedisRateLimitStore({ client: redis, timeoutSeconds: 0.5 }),
        }),
        attemptLimits: false,
        ...JSON.parse(OPTIONS),
      }),
    }),
    StatsModule,
  ],
  controllers: [ReadyController],
  providers: [
    Listeners,
    { provide: 'redis', useValue: { onApplicationShutdown: () => redis?.disconnect() } },
  ],
})(AppModule);

// A row looks what imports and modules do where nothing is booted.
if (process.env.BOOT !== 'never') await boot();

async function boot() {
  // Fastify's own bound for a request's way here is none; docs/security.md has this one.
  const app = await NestFactory.create(AppModule, new FastifyAdapter({ requestTimeout: 60_000 }), {
    return503OnClosing: true,
    logger: process.env.VERBOSE ? ['error', 'warn'] : false,
    abortOnError: false,
  });
  // As docs/listeners.md has it: a second signal does not wait.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => process.once(signal, () => process.exit(1)));
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  process.stdout.write(`READY ${app.getHttpServer().address().port}\n`);
}
