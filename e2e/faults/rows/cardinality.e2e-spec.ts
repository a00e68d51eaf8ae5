import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import {
  AuthBackend,
  AuthService,
  BearerTransport,
  JwtTokenStrategy,
  MemoryRateLimitStore,
  type OriginalRequest,
  SecurityLog,
  type SecurityRecord,
  UsersModule,
  type UsersModuleRootOptions,
  UsersService,
} from '@nestjs-users/core';
import { MemoryTokenStore, usersTestingOptions } from '@nestjs-users/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveHeap } from '../harness/live-heap.js';
import { record, scale } from '../harness/scale.js';

/** Whoever comes twice is over the limit. */
const perAddress = { max: 1, perSeconds: 900 };
const secret = 'of-this-row-alone-0123456789-abcdefghijklmnop';

class CountingLog extends SecurityLog {
  readonly records = new Map<string, number>();

  write({ event }: SecurityRecord): void {
    this.records.set(event, (this.records.get(event) ?? 0) + 1);
  }
}

/** A client that nobody has seen before, with an address of e-mail that nobody has. */
interface Stranger {
  readonly email: string;
  readonly request: OriginalRequest;
}

type Deed = 'guess passwords' | 'ask for mails' | 'forge refresh tokens';

describe('A million strangers', () => {
  let app: INestApplicationContext;
  let log: CountingLog;
  // The clock stands still, so that nothing is past before the row says so.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
  });
  afterEach(async () => {
    await app.close();
    vi.useRealTimers();
  });

  const start = async (more: Partial<UsersModuleRootOptions> = {}): Promise<void> => {
    log = new CountingLog();
    const options: UsersModuleRootOptions = {
      ...usersTestingOptions(),
      backends: [
        new AuthBackend({
          name: 'mobile',
          transport: new BearerTransport(),
          strategy: new JwtTokenStrategy({ secret, store: new MemoryTokenStore(), refresh: {} }),
        }),
      ],
      attemptLimits: { perAddress },
      securityLog: log,
      ...more,
    };
    const built = await Test.createTestingModule({ imports: [UsersModule.forRoot(options)] });
    app = await (await built.compile()).init();
  };

  /** What strangers do. */
  const deeds: Record<Deed, (stranger: Stranger) => Promise<unknown>> = {
    'guess passwords': ({ email, request }: Stranger) =>
      app.get(UsersService).authenticate(email, 'wrong wrong', { request }),
    'ask for mails': ({ email, request }: Stranger) =>
      app.get(UsersService).forgotPassword(email, { request }),
    'forge refresh tokens': ({ email, request }: Stranger) =>
      app.get(AuthService).refresh(request, 'mobile', forged(email)),
  };

  /** Lets so many strangers come, each so many times; answers what was held at most, in MB. */
  const soak = async (
    { deed, times }: { deed: Deed; times: number },
    { from, to, looks = 20 }: { from: number; to: number; looks?: number },
  ): Promise<number> => {
    let peak = 0;
    const part = (to - from) / looks;
    let next = from + part;
    for (let n = from; n < to; n += 500) {
      const all = Array.from({ length: Math.min(500, to - n) }, (_, index) => stranger(n + index));
      for (let time = 0; time < times; time++) await Promise.allSettled(all.map(deeds[deed]));
      await turn();
      if (n + 500 < next) continue;
      peak = Math.max(peak, liveHeap());
      next += part;
    }
    return peak;
  };

  it.each([
    { deed: 'guess passwords', times: 1, count: scale(1_000_000, 60_000) },
    { deed: 'ask for mails', times: 2, count: scale(120_000, 30_000) },
    { deed: 'forge refresh tokens', times: 2, count: scale(120_000, 30_000) },
  ] as const)(
    'R-21, RL-10: $count of them $deed at the cost of 64 MB, of which nothing is left',
    async ({ count, ...doing }) => {
      await start();
      await soak(doing, { from: 0, to: 1000 });
      await sleep(100);
      const base = liveHeap();
      const peak = await soak(doing, { from: 1000, to: count });
      expect(peak - base).toBeLessThanOrEqual(64);

      // What is refused is told later; then all of it is past.
      await sleep(500);
      vi.advanceTimersByTime(1000 * (perAddress.perSeconds + 60));
      const left = liveHeap() - base;
      expect(left).toBeLessThanOrEqual(10);
      // Each guess counts, and is recorded; whoever came twice was refused once, which fills no log.
      const recorded = Object.fromEntries(log.records);
      expect(recorded).toEqual(
        doing.times === 1 ? { 'login.failed': count } : { 'limit.reached': 1001 },
      );
      record(`R-21, ${doing.deed}`, 'memory', {
        strangers: count,
        'heap grew MB': Math.round(peak - base),
        'left when past MB': Math.round(left),
      });
    },
    400_000,
  );

  it('R-21, control: a store that remembers every key costs more than 64 MB', async () => {
    await start({ rateLimitStore: new MemoryRateLimitStore({ maxKeys: 10_000_000 }) });
    const doing = { deed: 'guess passwords', times: 1 } as const;
    await soak(doing, { from: 0, to: 1000 });
    const base = liveHeap();
    let grown = 0;
    for (let from = 1000; from < 400_000 && grown <= 64; from += 20_000) {
      grown = (await soak(doing, { from, to: from + 20_000, looks: 1 })) - base;
    }
    expect(grown).toBeGreaterThan(64);
  }, 120_000);
});

function stranger(n: number): Stranger {
  const ip = `${1 + (n >> 24)}.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  return {
    email: `nobody${n}@example.org`,
    request: { method: 'POST', url: '/users', headers: {}, ip },
  };
}

/** It has the form of a token, and a header of its own. */
function forged(name: string): string {
  const parts = [
    { alg: 'HS256', kid: name },
    { sub: name, aud: 'users' },
  ];
  const encoded = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return `${encoded.join('.')}.${'x'.repeat(43)}`;
}
