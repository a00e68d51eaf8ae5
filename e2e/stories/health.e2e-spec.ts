import {
  BcryptPasswordHasher,
  MemoryRateLimitStore,
  type StoredToken,
  UsersHealthIndicator,
} from '@nestjs-users/core';
import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { beforeEach, expect, it } from 'vitest';
import { FrailTokenStore } from '../harness/frail-token-store.js';
import { sessionBackends } from '../harness/session-backends.js';
import { everyPlatform, tell } from '../harness/tell.js';

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(UsersHealthIndicator) private readonly users: UsersHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.users.check()]);
  }

  @Get('impatient')
  @HealthCheck()
  impatient() {
    return this.health.check([() => this.users.check('accounts', { timeoutSeconds: 0.05 })]);
  }
}

/** A store of sessions that may keep silent. */
class SilentTokenStore extends FrailTokenStore {
  #end: (() => void) | undefined;

  silence(): void {
    this.#end = () => {};
  }

  speak(): void {
    this.#end?.();
    this.#end = undefined;
  }

  override async find(digest: string, now: Date): Promise<StoredToken | null> {
    if (this.#end) await new Promise<void>((resolve) => (this.#end = resolve));
    return super.find(digest, now);
  }
}

class FrailRateLimitStore extends MemoryRateLimitStore {
  isAway = false;

  override async has(key: string): Promise<boolean> {
    if (this.isAway) throw new Error('connect ECONNREFUSED 10.1.2.3:6379');
    return super.has(key);
  }
}

class BusyHasher extends BcryptPasswordHasher {
  waiting = 0;

  override get queue() {
    return { waiting: this.waiting, maxQueue: 4 };
  }
}

const store = new SilentTokenStore();
const rateLimitStore = new FrailRateLimitStore();
const passwordHasher = new BusyHasher({ rounds: 4, allowInsecureRounds: true, workers: 1 });

const healthy = {
  status: 'up',
  database: 'up',
  sessions: { opaque: 'up', session: 'up', listed: 'up' },
  limits: 'up',
  hashing: 'up',
  hashesWaiting: 0,
};
const noSessions = { opaque: 'down', session: 'down', listed: 'down' };

tell(
  'The health of the users',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    const look = async (path = '/health') => {
      const { status, body } = await stage.host.send({ path });
      return { status, body };
    };
    beforeEach(() => {
      passwordHasher.waiting = 0;
      rateLimitStore.isAway = false;
      store.isAway = false;
      store.speak();
    });

    it('is up where everything answers', async () => {
      expect(await look()).toEqual({
        status: 200,
        body: { status: 'ok', info: { users: healthy }, error: {}, details: { users: healthy } },
      });
    });

    it('is down without the database, and up again with it', async () => {
      const { host } = stage;
      await host.dataSource.query('ALTER TABLE users RENAME TO elsewhere');
      const answer = await look();
      await host.dataSource.query('ALTER TABLE elsewhere RENAME TO users');
      const users = { ...healthy, status: 'down', database: 'down' };
      expect(answer).toEqual({
        status: 503,
        body: { status: 'error', info: {}, error: { users }, details: { users } },
      });
      expect((await look()).status).toBe(200);
      expect(host.log.join('\n')).toContain('The user adapter is down');
    });

    it('is down without the sessions, by the names of the backends that need them', async () => {
      store.isAway = true;
      const { status, body } = await look();
      expect([status, body.error.users]).toEqual([
        503,
        { ...healthy, status: 'down', sessions: noSessions },
      ]);
    });

    it('waits for what is silent no longer than it is told to', async () => {
      store.silence();
      const { status, body } = await look('/health/impatient');
      expect([status, body.error.accounts]).toEqual([
        503,
        { ...healthy, status: 'down', sessions: noSessions },
      ]);
      store.speak();
      await expect.poll(async () => (await look('/health/impatient')).status).toBe(200);
    });

    it('is up without the store of limits, which the process stands in for', async () => {
      rateLimitStore.isAway = true;
      const { status, body } = await look();
      expect([status, body.info.users]).toEqual([200, { ...healthy, limits: 'degraded' }]);
    });

    it('is up with a full queue of hashes: another instance would not help', async () => {
      passwordHasher.waiting = 4;
      const { status, body } = await look();
      expect([status, body.info.users]).toEqual([
        200,
        { ...healthy, hashing: 'degraded', hashesWaiting: 4 },
      ]);
    });

    it('LO-02: says nothing of what a driver says, and writes nothing', async () => {
      const { host } = stage;
      rateLimitStore.isAway = true;
      const before = await host.stored().getCount();
      const { body } = await look();
      expect(JSON.stringify(body)).not.toMatch(/ECONNREFUSED|10\.1\.2\.3/);
      expect(host.log.join('\n')).not.toContain('10.1.2.3');
      expect(await host.stored().getCount()).toBe(before);
    });
  },
  {
    store,
    backends: sessionBackends,
    options: { rateLimitStore, passwordHasher },
    imports: [TerminusModule.forRoot({ logger: false })],
    controllers: [HealthController],
    extras: { isGlobal: true },
  },
);
