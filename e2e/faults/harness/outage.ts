import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../harness/client.js';
import { RedisServer } from '../../harness/redis-server.js';
import type { DatabaseServer } from './database-server.js';
import { FaultApp } from './fault-app.js';
import { nameOf, type OutageCase, type Part } from './outage-cases.js';
import type { Town } from './outage-requests.js';
import { Person } from './people.js';
import type { ServerKind } from './servers.js';
import { TcpProxy } from './tcp-proxy.js';

/** How a part is away. */
export type Absence = 'refuse' | 'black hole';

/** What a client sees, and how long it took. */
export interface Seen {
  readonly milliseconds: number;
  /** Without what is of this person and this moment. */
  readonly answer: {
    readonly status: number;
    readonly retryAfter: string | undefined;
    readonly code: unknown;
    readonly fields: readonly string[];
    readonly cookies: readonly string[];
  };
}

/** A database and a Redis behind wires that can be cut, for several applications. */
export class Outage {
  readonly #towns: Town[] = [];

  private constructor(
    private readonly database: DatabaseServer,
    private readonly redis: RedisServer,
    private readonly wires: Readonly<Record<Part, TcpProxy>>,
  ) {}

  static async prepare(kind: ServerKind): Promise<Outage> {
    const [database, redis] = await Promise.all([kind.start(), RedisServer.start()]);
    return new Outage(database, redis, {
      database: await TcpProxy.start(database.port),
      redis: await TcpProxy.start(Number(new URL(redis.url).port)),
    });
  }

  /** One more application. */
  async found(env: Readonly<Record<string, string>> = {}): Promise<Town> {
    // Limits are counted, and reached by nobody.
    const much = { max: 10_000, perSeconds: 9 };
    const app = await FaultApp.start({
      database: this.database.optionsAt(this.wires.database.port),
      env: {
        REDIS_URL: `redis://127.0.0.1:${this.wires.redis.port}`,
        ...env,
        OPTIONS: JSON.stringify({
          attemptLimits: { perAccount: much, perAddress: much },
          ...(JSON.parse(env['OPTIONS'] ?? '{}') as object),
        }),
      },
    });
    const person = await Person.register(app);
    const column = this.database.name === 'postgres' ? '"isSuperuser"' : 'isSuperuser';
    await this.database.query(`UPDATE users SET ${column} = true WHERE id = ${person.id}`);
    const town = { app, superuser: await person.login('stored') };
    this.#towns.push(town);
    return town;
  }

  /**
   * Sends a request of each case to each application while parts are away. Those who miss something
   * wait at once; the others come one after another, so that none waits for anybody but those.
   *
   * @returns for each application what was seen, by the name of the case
   */
  async see(
    cases: readonly OutageCase[],
    away: readonly Part[],
    absence: Absence,
  ): Promise<Record<string, Seen>[]> {
    const ready = await Promise.all(
      this.#towns.map(async (town) => {
        const requests: Request[] = [];
        for (const one of cases) requests.push([one, await one.prepare(town, one.route)]);
        return { town, requests };
      }),
    );
    for (const part of away) this.wires[part].set({ kind: absence });
    const seen = await Promise.all(
      ready.map(async ({ town: { app }, requests }) => {
        const misses = ([{ needs }]: Request) => needs.some((part) => away.includes(part));
        const look = async ([one, message]: Request) =>
          [nameOf(one), await lookAt(app, message)] as const;
        const waiting = Promise.all(requests.filter(misses).map(look));
        const others = [];
        for (const one of requests) if (!misses(one)) others.push(await look(one));
        return Object.fromEntries([...(await waiting), ...others]);
      }),
    );
    await this.#mend(away);
    return seen;
  }

  async #mend(away: readonly Part[]): Promise<void> {
    for (const part of away) {
      this.wires[part].reset();
      this.wires[part].set({ kind: 'pass' });
    }
    for (const { app } of this.#towns) {
      const person = await untilItSucceeds(() => Person.register(app));
      await untilItSucceeds(() => person.login('redis'));
    }
  }

  async end(): Promise<void> {
    for (const { app } of this.#towns) await app.kill();
    for (const wire of Object.values(this.wires)) await wire.stop();
    await this.redis.kill();
    await this.database.remove();
  }
}

type Request = readonly [OutageCase, Message];

async function lookAt(app: FaultApp, message: Message): Promise<Seen> {
  const began = performance.now();
  const { status, headers, body, cookies } = await app.send(message);
  return {
    milliseconds: performance.now() - began,
    answer: {
      status,
      retryAfter: headers['retry-after'],
      code: body?.code as unknown,
      fields: typeof body === 'object' ? Object.keys(body as object).toSorted() : [],
      cookies: cookies.map((cookie) => cookie.replaceAll(/(^[^=]+|Max-Age)=[^;]+/g, '$1')),
    },
  };
}

async function untilItSucceeds<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + 10_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(50);
    }
  }
}
