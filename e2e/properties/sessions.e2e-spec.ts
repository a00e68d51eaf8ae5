import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { kinds, SessionModel, type Step } from './session-model.js';

/** How many random stories are told; `PROPERTY_RUNS=1000` is the long form. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 40);

const at = fc.integer({ min: 0, max: 1 });
const which = fc.nat({ max: 7 });
const one = <T extends Step['do']>(...names: T[]) => fc.constantFrom(...names);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: one('login'), kind: fc.constantFrom(...kinds), at }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: one('refresh', 'refresh', 'replay', 'logout', 'end'), which, at }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: one('revoke', 'password', 'deactivate', 'activate'), at }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: one('refresh twice', 'refresh and logout', 'refresh and revoke'),
      which,
      at,
    }),
  },
);

tellTwoProcesses(
  'Sessions, by any order of events',
  (stage) => {
    it(`LG-09, OT-07, RF-01, RF-02, RF-03, RF-06: are as the model says, ${RUNS} times`, async () => {
      const { two } = stage;
      const admin = await two.newcomer({ isSuperuser: true });
      const story = fc.asyncProperty(
        fc.array(step, { minLength: 3, maxLength: 12 }),
        async (steps) => {
          const person = await two.newcomer();
          const model = new SessionModel(two, admin.headers, person, person.password);
          for (const next of steps)
            expect(await model.take(next), JSON.stringify(next)).toEqual([]);
        },
      );
      await fc.assert(story, { numRuns: RUNS, interruptAfterTimeLimit: 1_500_000 });
    }, 1_600_000);
  },
  { routes: { refresh: true, userSessions: true } },
  { withRedis: true },
);
