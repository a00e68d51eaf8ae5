import { inspect } from 'node:util';
import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  RateLimitStore,
  TokenStore,
  UsersModule,
  type UsersModuleExtras,
  type UsersModuleOptions,
  UsersService,
} from '@nestjs-users/core';
import { CapturedEvents, CountingPasswordHasher, FastPasswordHasher } from '@nestjs-users/testing';
import { UserRateLimitEntity, UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import {
  type INestApplication,
  type LoggerService,
  type ModuleMetadata,
  ValidationPipe,
} from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type EntityTarget, type SelectQueryBuilder } from 'typeorm';
import { type Answer, type Message, send } from './client.js';
import { createDatabase, type DatabaseName, type TestDatabase } from './databases.js';
import { EventLog } from './event-log.js';
import { HostileFilter } from './hostile.js';
import { assertNoLeak } from './leaks.js';
import { IntegerUser, models, User } from './models.js';

/** Which application a story is told on. */
export interface Setup {
  readonly platform: 'express' | 'fastify';
  readonly database: DatabaseName;
  /** `hostile` has global pipes and filters that would weaken a careless library. */
  readonly flavour: 'bare' | 'hostile';
}

/** What a story needs beyond the usual. */
export interface HostOptions {
  readonly ids?: 'uuid' | 'integer';
  readonly options?: Partial<UsersModuleOptions>;
  readonly extras?: UsersModuleExtras<User>;
  /** Backends that store their sessions: in the host's database, unless a `store` is given. */
  readonly backends?: (store: TokenStore) => readonly AuthBackend[];
  readonly store?: TokenStore;
  readonly imports?: ModuleMetadata['imports'];
  readonly controllers?: ModuleMetadata['controllers'];
  readonly providers?: ModuleMetadata['providers'];
  /** Options of the data source: the size of its pool, more entities. */
  readonly dataSource?: Readonly<Record<string, unknown>>;
  /** Counts its limits in its database. */
  readonly limitsInDatabase?: true;
  /** Says nothing of limits on attempts: what the module does by itself. */
  readonly usualLimits?: true;
  /** Proxies whose word the platform takes for a client's address: a name or addresses, as it knows them. */
  readonly trustedProxies?: string;
  /** A running host whose database this one shares; close that one last. */
  readonly beside?: Host;
  /** Called before the application listens. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
}

export const SECRET = 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0gA-e2e-one-secret';

/** The backends of a host that wishes no others: one secret for both. */
export function usualBackends(): AuthBackend[] {
  const strategy = new JwtTokenStrategy({ secret: SECRET });
  const trustedOrigins = ['https://app.example.org'];
  return [
    new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy }),
    new AuthBackend({
      name: 'cookie',
      transport: new CookieTransport({ trustedOrigins }),
      strategy,
    }),
  ];
}

/** A running application, and all that stories ask of it. */
export class Host {
  /** Every answer given so far. */
  readonly answers: Answer[] = [];

  private constructor(
    readonly app: INestApplication,
    readonly origin: string,
    readonly events: EventLog,
    readonly hasher: CountingPasswordHasher,
    /** What the application has logged. */
    readonly log: readonly string[],
    readonly entity: EntityTarget<User>,
    private readonly database: TestDatabase,
  ) {}

  static async start(setup: Setup, wishes: HostOptions = {}): Promise<Host> {
    const database = wishes.beside
      ? { ...wishes.beside.database, drop: async () => {} }
      : await createDatabase(setup.database);
    const entity = (wishes.ids === 'integer' ? IntegerUser : User) as typeof User;
    const hasher = new CountingPasswordHasher(new FastPasswordHasher());
    const log: string[] = [];
    const isHostile = setup.flavour === 'hostile';
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({
          ...database.options,
          entities: [
            ...[entity, UserSessionEntity],
            ...(wishes.limitsInDatabase ? [UserRateLimitEntity] : []),
          ],
          synchronize: true,
          ...(isHostile && { logging: true, logger: queryLogger(log) }),
          ...wishes.dataSource,
        } as never),
        UsersModule.forRootAsync<User>({
          models,
          ...wishes.extras,
          imports: [
            ...(wishes.extras?.imports ?? [UsersTypeOrmModule.forEntity(entity)]),
            // Together with their users in one flavour, apart in the other.
            ...(wishes.backends
              ? [UsersTypeOrmModule.forSessions(isHostile ? { users: entity } : {})]
              : []),
            ...(wishes.limitsInDatabase ? [UsersTypeOrmModule.forRateLimits()] : []),
          ],
          inject: [TokenStore, RateLimitStore].map((token) => ({ token, optional: true })),
          useFactory: (store?: TokenStore, rateLimitStore?: RateLimitStore) => ({
            backends: backendsOf(wishes, store),
            resetPasswordTokenSecret: SECRET,
            passwordHasher: hasher,
            // All of a story's people have one address. The limits have stories of their own.
            ...(rateLimitStore && { rateLimitStore }),
            ...(!wishes.usualLimits && { attemptLimits: false }),
            ...wishes.options,
          }),
        }),
        ...(wishes.imports ?? []),
      ],
      controllers: wishes.controllers ?? [],
      providers: [CapturedEvents, EventLog, ...(wishes.providers ?? [])],
    })
      .setLogger(memoryLogger(log))
      .compile();

    const { trustedProxies: trustProxy } = wishes;
    const app = module.createNestApplication(
      setup.platform === 'express'
        ? new ExpressAdapter()
        : new FastifyAdapter({ ...(trustProxy && { trustProxy }) }),
    );
    if (isHostile) makeHostile(app, log);
    if (trustProxy) trust(app, trustProxy);
    await wishes.configure?.(app);
    await app.listen(0, '127.0.0.1');
    const port = (app.getHttpServer().address() as { port: number }).port;
    const events = app.get(EventLog);
    return new Host(app, `http://127.0.0.1:${port}`, events, hasher, log, entity, database);
  }

  /** Sends a request and keeps the answer for {@link close} to look at. */
  async send(message: Message): Promise<Answer> {
    const answer = await send(this.origin, message);
    this.answers.push(answer);
    return answer;
  }

  get users(): UsersService<User> {
    return this.app.get<UsersService<User>>(UsersService);
  }

  get dataSource(): DataSource {
    return this.app.get<DataSource>(getDataSourceToken());
  }

  /** Rows as they are stored, with the columns that ordinary selections leave out. */
  stored(): SelectQueryBuilder<User> {
    const users = this.dataSource.getRepository(this.entity).createQueryBuilder('user');
    return users.addSelect(['user.hashedPassword', 'user.securityStamp']);
  }

  /** The row as it is stored. */
  row(where: { id?: User['id']; canonicalEmail?: string }): Promise<User | null> {
    return this.stored().where(where).getOne();
  }

  /** Stops the application, and looks whether anything has leaked into answers or logs. */
  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
    assertNoLeak(this.answers, this.log);
  }
}

function backendsOf({ backends, store }: HostOptions, own?: TokenStore) {
  const chosen = store ?? own;
  return backends && chosen ? backends(chosen) : usualBackends();
}

function memoryLogger(log: string[]): LoggerService {
  const write = (...parts: unknown[]): void => {
    log.push(
      parts
        .map((part) => (typeof part === 'string' ? part : inspect(part, { depth: 10 })))
        .join(' '),
    );
  };
  return { log: write, warn: write, error: write, debug: write, verbose: write, fatal: write };
}

/** The statements; their parameters (hashes, stamps) are TypeORM's own choice to show. */
function queryLogger(log: string[]) {
  const write = (statement: unknown): void => {
    log.push(String(statement));
  };
  return {
    logQuery: write,
    logQueryError: write,
    logQuerySlow: write,
    logSchemaBuild: write,
    logMigration: write,
    log: (_level: string, message: unknown) => write(message),
  };
}

function makeHostile(app: INestApplication, log: string[]): void {
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      transformOptions: { enableImplicitConversion: true },
    }),
  );
  app.useGlobalFilters(new HostileFilter(app.getHttpAdapter(), log));
  trust(app, true);
}

/** Fastify is told when it is made. */
function trust(app: INestApplication, proxies: string | boolean): void {
  const express = app.getHttpAdapter().getInstance() as {
    set?: (key: string, value: string | boolean) => void;
  };
  express.set?.('trust proxy', proxies);
}
