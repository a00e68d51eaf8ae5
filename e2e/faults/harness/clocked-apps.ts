import { expect } from 'vitest';
import type { Answer } from '../../harness/client.js';
import { RedisServer } from '../../harness/redis-server.js';
import type { DatabaseServer } from './database-server.js';
import { FalseClock } from './false-clock.js';
import { FaultApp } from './fault-app.js';
import type { Person } from './people.js';
import type { ServerKind } from './servers.js';

export const HOUR = 3600;
/** Of guesses at one account. */
export const LIMIT = { max: 5, perSeconds: 900 };
/** Their tokens say themselves until when they are good; the others are looked up. */
export const SIGNED: readonly string[] = ['jwt', 'mobile'];

/** Where guesses are counted; `wall clock` is a store that does it wrong. */
export type Limits = 'redis' | 'memory' | 'sql' | 'wall clock';

export interface ClockedApp {
  readonly app: FaultApp;
  readonly clock: FalseClock;
  /** The backends that it has. */
  readonly backends: readonly string[];
}

/** Applications whose clocks can be set, on a database and a Redis of their own. */
export class ClockedApps {
  readonly #all: ClockedApp[] = [];

  private constructor(
    private readonly server: DatabaseServer,
    private readonly redis: RedisServer,
  ) {}

  static async open(kind: ServerKind): Promise<ClockedApps> {
    return new ClockedApps(...(await Promise.all([kind.start(), RedisServer.start()])));
  }

  get redisUrl(): string {
    return this.redis.url;
  }

  /** @param seconds - so much the clock is ahead */
  async start(
    seconds: number,
    limits: Limits = 'redis',
    env: Readonly<Record<string, string>> = {},
  ): Promise<ClockedApp> {
    const clock = new FalseClock(seconds);
    const hasRedis = limits === 'redis';
    const app = await FaultApp.start({
      database: this.server.optionsAt(this.server.port),
      env: {
        ...clock.env,
        ...(hasRedis && { REDIS_URL: this.redisUrl }),
        LIMITS: limits,
        OPTIONS: JSON.stringify({ attemptLimits: { perAccount: LIMIT } }),
        ...env,
      },
    });
    const backends = ['jwt', 'stored', 'mobile', ...(hasRedis ? ['redis'] : [])];
    const clocked = { app, clock, backends };
    this.#all.push(clocked);
    return clocked;
  }

  async end(): Promise<void> {
    for (const { app, clock } of this.#all.splice(0)) {
      await app.kill();
      clock.remove();
    }
  }

  async close(): Promise<void> {
    await this.redis.kill();
    await this.server.remove();
  }
}

export async function tokensOf(
  anna: Person,
  backends: readonly string[],
): Promise<[backend: string, headers: Readonly<Record<string, string>>][]> {
  const tokens: [string, Readonly<Record<string, string>>][] = [];
  for (const backend of backends) tokens.push([backend, (await anna.login(backend)).headers]);
  return tokens;
}

export async function statusOfMe(
  app: FaultApp,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  return (await app.send({ path: '/users/me', headers })).status;
}

export function guess(app: FaultApp, username: string): Promise<Answer> {
  const body = { username, password: 'wrong wrong wrong' };
  return app.send({ method: 'POST', path: '/users/login/jwt', body });
}

/** Guesses at an account until no more is permitted. */
export async function guessAway(app: FaultApp, victim: string): Promise<void> {
  for (let n = 0; n < LIMIT.max; n++) expect((await guess(app, victim)).status).toBe(400);
  expect((await guess(app, victim)).status).toBe(429);
}

/** That an account is locked still, and for no longer than a lock may last. @returns for how long */
export async function expectLocked(app: FaultApp, victim: string): Promise<number> {
  const locked = await guess(app, victim);
  expect(locked.status).toBe(429);
  const wait = Number(locked.headers['retry-after']);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(LIMIT.perSeconds);
  return wait;
}
