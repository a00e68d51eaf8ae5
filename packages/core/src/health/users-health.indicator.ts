import { Inject, Injectable } from '@nestjs/common';
import { Backends } from '../auth/backends.js';
import { CONFIGURED_STORE, type RateLimitStore } from '../limits/rate-limit-store.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { ThreadedPasswordHasher } from '../passwords/threaded.password-hasher.js';
import { waitingTime } from '../tokens/seconds.js';
import { USERS_ADAPTER } from '../users/required-adapter.js';
import type { UserAdapter } from '../users/user.adapter.js';
import { Probe } from './probe.js';
import { type SessionProbe, sessionProbes } from './session-probes.js';
import type { PartStatus, UsersHealth } from './users-health.js';

/** Options of {@link UsersHealthIndicator.check}. @publicApi */
export interface UsersHealthOptions {
  /** After so many seconds a part that has not answered is down. Default 3. */
  timeoutSeconds?: number;
}

/** `.invalid` is no domain (RFC 2606): nobody has this address. */
const NOBODY = 'health@nestjs-users.invalid';
const NO_KEY = 'health:nobody';

/**
 * Whether the parts that a module needs answer, each by one look-up of what nobody has. In the form of
 * `@nestjs/terminus` 11 and 12, which an application need not have: everything is in the answer, and
 * nothing is thrown.
 *
 * @example
 * @Get()
 * @HealthCheck()
 * check() {
 *   return this.health.check([() => this.users.check('users')]);
 * }
 * @publicApi
 */
@Injectable()
export class UsersHealthIndicator {
  readonly #database: Probe;
  readonly #limits: Probe;
  readonly #sessions: readonly SessionProbe[];

  constructor(
    @Inject(USERS_ADAPTER) adapter: UserAdapter,
    @Inject(Backends) backends: Backends,
    @Inject(CONFIGURED_STORE) limits: RateLimitStore,
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
  ) {
    this.#database = new Probe('The user adapter', () => adapter.findByCanonicalEmail(NOBODY));
    this.#limits = new Probe('The rateLimitStore', () => limits.has(NO_KEY));
    this.#sessions = sessionProbes(backends);
  }

  /**
   * Looks at all parts at once.
   *
   * @param key - under which name the answer stands. Default `users`
   * @throws TypeError for a bad time
   */
  async check<Key extends string = 'users'>(
    key: Key = 'users' as Key,
    { timeoutSeconds = 3 }: UsersHealthOptions = {},
  ): Promise<Record<Key, UsersHealth>> {
    const seconds = waitingTime('timeoutSeconds', timeoutSeconds);
    const [isDatabaseUp, areLimitsUp, sessions] = await Promise.all([
      this.#database.isUp(seconds),
      this.#limits.isUp(seconds),
      this.#sessionsWithin(seconds),
    ]);
    const isUp = isDatabaseUp && !Object.values(sessions).includes('down');
    const queue = this.hasher instanceof ThreadedPasswordHasher ? this.hasher.queue : undefined;
    const health: UsersHealth = {
      status: statusOf(isUp),
      database: statusOf(isDatabaseUp),
      sessions,
      limits: areLimitsUp ? 'up' : 'degraded',
      hashing: queue && queue.waiting >= queue.maxQueue ? 'degraded' : 'up',
      hashesWaiting: queue?.waiting ?? 0,
    };
    return { [key]: health } as Record<Key, UsersHealth>;
  }

  async #sessionsWithin(seconds: number): Promise<Record<string, PartStatus>> {
    const found = await Promise.all(
      this.#sessions.map(async ({ probe, backends }) => {
        const status = statusOf(await probe.isUp(seconds));
        return backends.map((name) => [name, status] as const);
      }),
    );
    return Object.fromEntries(found.flat());
  }
}

function statusOf(isUp: boolean): PartStatus {
  return isUp ? 'up' : 'down';
}
