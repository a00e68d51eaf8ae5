import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newEmail } from '../../harness/leaks.js';
import { canStartRedis } from '../../harness/redis-server.js';
import {
  ClockedApps,
  expectLocked,
  guessAway,
  HOUR,
  type Limits,
  statusOfMe,
  tokensOf,
} from '../harness/clocked-apps.js';
import { hasFalseClocks } from '../harness/false-clock.js';
import { Person } from '../harness/people.js';
import { isLong, record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const DAY = 24 * HOUR;
/** When clocks in Berlin are put forward, and when they are put back. */
const CHANGES = ['2027-03-28T01:00:00Z', '2027-10-31T01:00:00Z'] as const;
const stores: readonly Limits[] = isLong ? ['redis', 'memory', 'sql'] : ['sql'];

/** The times to live that a command tells Redis, a script's own commands among them. */
function timesToLive(command: readonly string[]): number[] {
  const [name = '', ...args] = command.map((arg) => arg.toLowerCase());
  if (/^p?expire(at)?$/.test(name)) return [Number(args[1])];
  if (name !== 'set') return [];
  return args.flatMap((arg, index) =>
    index > 1 && /^(ex|px|exat|pxat)$/.test(arg) ? [Number(args[index + 1])] : [],
  );
}

describe.runIf(hasFalseClocks && canStartRedis).each(serverKinds)(
  'R-18: on $name, a process whose clock',
  (kind) => {
    let apps: ClockedApps;
    beforeAll(async () => {
      apps = await ClockedApps.open(kind);
    });
    afterEach(() => apps.end());
    afterAll(() => apps.close());

    it.each(CHANGES.flatMap((change) => stores.map((store) => ({ change, store }))))(
      'shows the time of Berlin goes over the change of $change, and nobody notices ($store)',
      async ({ change, store }) => {
        const toChange = Math.round((Date.parse(change) - Date.now()) / 1000);
        const env = { TZ: 'Europe/Berlin' };
        const { app, clock, backends } = await apps.start(toChange - 60, store, env);
        const anna = await Person.register(app);
        const tokens = await tokensOf(anna, backends);
        const victim = newEmail('victim');
        await guessAway(app, victim);

        clock.set(toChange + 60);
        const wait = await expectLocked(app, victim);
        for (const [backend, headers] of [...tokens, ...(await tokensOf(anna, backends))]) {
          expect([backend, await statusOfMe(app, headers)]).toEqual([backend, 200]);
        }
        const [, [, headers]] = tokens as [unknown, (typeof tokens)[number]];
        const { body } = await app.send({ path: '/users/me/sessions', headers });
        const times = (body.items as { createdAt: string }[]).map(({ createdAt }) =>
          Math.abs(Date.parse(createdAt) - Date.parse(change)),
        );
        expect(times).not.toEqual([]);
        // Two minutes from the change or less, and never an hour.
        expect(Math.max(...times)).toBeLessThan(120_000);
        expect(app.isRunning).toBe(true);
        record(`R-18 ${change.slice(0, 10)} in Berlin, limits: ${store}`, kind.name, {
          'Retry-After': wait,
          'answers 5xx': 0,
        });
      },
    );

    it('jumps, for hours or for years, tells Redis no time to live that is none', async () => {
      const { app, clock } = await apps.start(0);
      const client = new Redis(apps.redisUrl);
      const observer = await client.monitor();
      const told: number[] = [];
      observer.on('monitor', (_time: string, command: string[]) =>
        told.push(...timesToLive(command)),
      );
      const anna = await Person.register(app);
      for (const jump of [0, -HOUR, HOUR, 0, 400 * DAY, -400 * DAY, 0]) {
        clock.set(jump);
        const { headers } = await anna.login('redis');
        expect(await statusOfMe(app, headers)).toBe(200);
        const list = await app.send({ path: '/users/me/sessions', headers });
        expect(list.status).toBe(200);
        await app.send({ method: 'POST', path: '/users/logout/redis', headers });
        await anna.login('redis');
      }
      observer.disconnect();
      client.disconnect();
      expect(told.length).toBeGreaterThan(20);
      expect(told.filter((milliseconds) => !(milliseconds > 0))).toEqual([]);
      record('R-18 what Redis is told', kind.name, {
        'times to live': told.length,
        'negative ones': 0,
      });
    });
  },
);
