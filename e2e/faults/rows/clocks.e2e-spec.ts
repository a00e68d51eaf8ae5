import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newEmail } from '../../harness/leaks.js';
import { canStartRedis } from '../../harness/redis-server.js';
import {
  ClockedApps,
  expectLocked,
  guess,
  guessAway,
  HOUR,
  LIMIT,
  SIGNED,
  statusOfMe,
  tokensOf,
} from '../harness/clocked-apps.js';
import { hasFalseClocks } from '../harness/false-clock.js';
import { Person } from '../harness/people.js';
import { isLong, record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

describe.runIf(hasFalseClocks && canStartRedis).each(serverKinds)(
  'R-18: on $name, processes whose clocks',
  (kind) => {
    let apps: ClockedApps;
    beforeAll(async () => {
      apps = await ClockedApps.open(kind);
    });
    afterEach(() => apps.end());
    afterAll(() => apps.close());

    it('differ by four minutes take what comes from the past, and refuse tokens from the future', async () => {
      const { app: ahead, backends } = await apps.start(120);
      const { app: behind } = await apps.start(-120);
      const anna = await Person.register(ahead);
      const early = await tokensOf(anna, backends);
      const late = await tokensOf(anna.at(behind), backends);
      const seen: Record<string, number[]> = {};
      for (const [index, [backend, ofAhead]] of early.entries()) {
        const [, ofBehind] = late[index]!;
        const own = [await statusOfMe(behind, ofBehind), await statusOfMe(ahead, ofAhead)];
        expect([backend, ...own]).toEqual([backend, 200, 200]);
        seen[backend] = [await statusOfMe(ahead, ofBehind), await statusOfMe(behind, ofAhead)];
      }
      expect(seen).toEqual(
        Object.fromEntries(
          backends.map((backend) => [backend, [200, SIGNED.includes(backend) ? 401 : 200]]),
        ),
      );
      record('R-18 four minutes apart', kind.name, {
        'signed tokens from the future': 401,
        'all others': 200,
      });
    });

    const all = ['redis', 'memory', 'sql'] as const;
    const stores = isLong || kind === serverKinds[0] ? all : (['sql'] as const);
    it.each(stores.flatMap((limits) => [-HOUR, HOUR].map((jump) => ({ limits, jump }))))(
      'jump by $jump s lock nobody for longer, and forget no guess that is counted in: $limits',
      async ({ limits, jump }) => {
        const { app, clock, backends } = await apps.start(0, limits);
        const anna = await Person.register(app);
        const tokens = await tokensOf(anna, backends);
        const victim = newEmail('victim');
        await guessAway(app, victim);

        clock.set(jump);
        const wait = await expectLocked(app, victim);
        // An hour on, a signed token has expired; an hour back, it is one from the future.
        for (const [backend, headers] of tokens) {
          const expected = SIGNED.includes(backend) ? 401 : 200;
          expect([backend, await statusOfMe(app, headers)]).toEqual([backend, expected]);
        }
        for (const [backend, headers] of await tokensOf(anna, backends)) {
          expect([backend, await statusOfMe(app, headers)]).toEqual([backend, 200]);
        }
        clock.set(0);
        await expectLocked(app, victim);
        expect(app.isRunning).toBe(true);
        record(`R-18 jump of ${jump} s, limits: ${limits}`, kind.name, {
          'Retry-After': wait,
          'answers 5xx': 0,
        });
      },
    );

    it.runIf(kind === serverKinds[0])(
      'control: a limit that believes the clock on the wall locks for longer, and forgets',
      async () => {
        const { app, clock } = await apps.start(0, 'wall clock');
        const victim = newEmail('victim');
        await guessAway(app, victim);
        clock.set(-HOUR);
        const wait = Number((await guess(app, victim)).headers['retry-after']);
        expect(wait).toBeGreaterThan(LIMIT.perSeconds);
        clock.set(HOUR);
        expect((await guess(app, victim)).status).toBe(400);
      },
    );
  },
);
