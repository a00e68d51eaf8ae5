/**
 * The application that things happen to: all routes and all kinds of backends, by the environment's
 * database and Redis. Tells its routes and its port by lines on standard output.
 */
import 'reflect-metadata';
import {
  CreateUserDto,
  MemoryRateLimitStore,
  RateLimitStore,
  TokenStore,
  UpdateUserDto,
  UserDto,
  UsersModule,
} from '@nestjs-users/core';
import { RedisRateLimitStore } from '@nestjs-users/redis';
import { UserRateLimitEntity, UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Expose } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { Redis } from 'ioredis';
import { backends } from './backends.mjs';
import { People, Profiles } from './fault-entities.mjs';
import { hasher } from './hashers.mjs';
import { Listeners } from './listeners.mjs';
import { ReadyController } from './ready.mjs';
import { StatsModule } from './stats.mjs';
import { WallClockLimits } from './wall-clock-limits.mjs';

const {
  DATABASE,
  REDIS_URL,
  OPTIONS = '{}',
  PATIENCE_MS = '15000',
  PLATFORM = 'fastify',
  TIMEOUT = '5',
  LIMITS = REDIS_URL ? 'redis' : 'memory',
} = process.env;
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

const limits = {
  memory: () => new MemoryRateLimitStore(),
  redis: () => new RedisRateLimitStore({ client: redis }),
  sql: (store) => store,
  'wall clock': () => new WallClockLimits(),
};

class AppModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      retryAttempts: 60,
      retryDelay: 500,
      ...JSON.parse(DATABASE),
      entities: [People, Profiles, UserSessionEntity, UserRateLimitEntity],
    }),
    UsersModule.forRootAsync({
      imports: [
        UsersTypeOrmModule.forEntity(People, { timeoutSeconds }),
        UsersTypeOrmModule.forSessions({ users: People, timeoutSeconds }),
        ...(LIMITS === 'sql' ? [UsersTypeOrmModule.forRateLimits({ timeoutSeconds })] : []),
      ],
      models: { user: ReadUser, create: CreateUserDto, update: UpdateUser },
      emailChange: 'confirmed',
      routes: {
        deleteMe: true,
        exportMe: true,
        jwks: true,
        mySessions: true,
        refresh: true,
        userSessions: true,
      },
      inject: [TokenStore, ...(LIMITS === 'sql' ? [RateLimitStore] : [])],
      useFactory: (store, sqlLimits) => ({
        backends: backends(store, redis),
        resetPasswordTokenSecret: process.env.SECRET,
        passwordHasher: hasher,
        rateLimitStore: limits[LIMITS](sqlLimits),
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
  const routes = [];
  const app = await NestFactory.create(AppModule, adapterThatTells(routes), {
    return503OnClosing: true,
    logger: process.env.VERBOSE ? ['error', 'warn'] : false,
    abortOnError: false,
  });
  stopAsDocumented(app);
  await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  process.stdout.write(`ROUTES ${JSON.stringify(routes)}\n`);
  process.stdout.write(`READY ${app.getHttpServer().address().port}\n`);
}

/** As docs/listeners.md has it. */
function stopAsDocumented(app) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      setTimeout(() => app.getHttpServer().closeAllConnections(), Number(PATIENCE_MS)).unref();
      process.once(signal, () => process.exit(1));
    });
  }
  app.enableShutdownHooks([], { useProcessExit: true });
}

/** Fastify tells which routes it has. */
function adapterThatTells(routes) {
  if (PLATFORM === 'express') return new ExpressAdapter();
  // Its own bound for a request's way here is none; docs/security.md has this one.
  const adapter = new FastifyAdapter({ requestTimeout: 60_000 });
  adapter
    .getInstance()
    .addHook('onRoute', ({ method, url }) =>
      routes.push(...[method].flat().map((name) => `${name} ${url}`)),
    );
  return adapter;
}
