import type { RateLimitStore, TokenStore, UsersModuleExtras } from '@nestjs-users/core';
import { RedisRateLimitStore, RedisTokenStore } from '@nestjs-users/redis';
import { Redis } from 'ioredis';
import type { HostOptions, Setup } from '../harness/host.js';
import { noteRoutes } from '../harness/mounted-routes.js';
import { clearPartOfRedis, hasRedis, newPartOfRedis } from '../harness/redis.js';
import { allRoutes } from '../harness/routes.js';
import { mixedSetups } from '../harness/tell.js';
import { fuzzedBackends } from './cast.js';

type Modes = Pick<UsersModuleExtras, 'registration' | 'emailChange'>;

/** What makes the same routes do something else. */
interface Shape extends Modes {
  readonly superusersMaySetPasswords?: false;
  /** Where sessions are, and limits are counted. Default: in the database, and in the process. */
  readonly stores?: 'Redis' | 'limits in the database';
}

const shapes = [
  { emailChange: 'confirmed' },
  { registration: 'generic', emailChange: 'confirmed', stores: 'Redis' },
  { superusersMaySetPasswords: false },
  { registration: 'closed', emailChange: 'confirmed', stores: 'limits in the database' },
] as const satisfies readonly Shape[];

/** Each platform meets each shape once: on one database or another. */
export function shapeFor({ platform, database, flavour }: Setup): Shape {
  const own = mixedSetups.filter((setup) => setup.platform === platform);
  const index = own.findIndex((one) => one.database === database && one.flavour === flavour);
  // Fastify begins elsewhere, so that no database has the same shapes twice.
  return shapes[(index + (platform === 'fastify' ? 2 : 0)) % shapes.length]!;
}

/** So often that nobody is refused, and in so short a time that little is remembered. */
const NO_LIMIT = { max: 10_000, perSeconds: 1 };

/** An application that has every route, and backends of every kind. */
export class FuzzedApplication {
  readonly #redis: Redis | undefined;
  readonly #part = newPartOfRedis();
  readonly #setup: Setup;

  constructor(
    setup: Setup,
    readonly shape: Shape = shapeFor(setup),
  ) {
    this.#setup = setup;
    if (hasRedis && shape.stores === 'Redis') this.#redis = new Redis(this.#part.url);
  }

  get wishes(): HostOptions {
    const { registration, emailChange = 'instant', superusersMaySetPasswords, stores } = this.shape;
    const { store, rateLimitStore } = this.#inRedis();
    return {
      backends: fuzzedBackends,
      ...(store && { store }),
      ...(stores === 'limits in the database' && { limitsInDatabase: true }),
      extras: {
        ...(registration && { registration }),
        // Where it is the default, nobody has to say so; and there is nothing to confirm.
        ...(emailChange === 'instant'
          ? { routes: { ...allRoutes.routes, emailChange: false } }
          : { ...allRoutes, emailChange }),
      },
      options: {
        mailLimit: false,
        ...(stores && { attemptLimits: { perAccount: NO_LIMIT, perAddress: NO_LIMIT } }),
        ...(rateLimitStore && { rateLimitStore }),
        ...(superusersMaySetPasswords === false && { superusersMaySetPasswords }),
      },
      ids: this.#setup.database === 'mariadb' ? 'integer' : 'uuid',
      configure: noteRoutes,
    };
  }

  toString(): string {
    return Object.entries(this.shape)
      .map(([key, value]) => `${key}: ${String(value)}`)
      .join(', ');
  }

  async end(): Promise<void> {
    if (!this.#redis) return;
    this.#redis.disconnect();
    await clearPartOfRedis(this.#part);
  }

  #inRedis(): { store?: TokenStore; rateLimitStore?: RateLimitStore } {
    if (!this.#redis) return {};
    const options = { client: this.#redis, prefix: this.#part.prefix };
    return {
      store: new RedisTokenStore(options),
      rateLimitStore: new RedisRateLimitStore(options),
    };
  }
}

/** An application of the first shape, which needs no server. */
export function everything(setup: Setup): HostOptions {
  return new FuzzedApplication(setup, shapes[0]).wishes;
}
