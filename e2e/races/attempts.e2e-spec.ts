import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS } from '../harness/two-processes.js';

const MAX = 5;

tellTwoProcesses(
  'Guesses',
  (stage, counted) => {
    it('RL-06: of 50 at once no more pass than may: of all processes that share a store', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const body = { username: two.newEmail(), password: 'wrong' };
        const answers = await two.race(
          Array.from({ length: 50 }, () => ({ path: '/users/login/jwt', body })),
        );
        const passed = answers.filter(({ status }) => status === 400).length;
        // Without one, each of the two counts for itself.
        expect(passed).toBe(counted === 'Redis' ? MAX : 2 * MAX);
        expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - passed);
      }
    });
  },
  {},
  {
    withRedis: true,
    env: {
      ATTEMPTS: JSON.stringify({
        perAccount: { max: MAX, perSeconds: 900 },
        perAddress: { max: 100_000, perSeconds: 900 },
      }),
    },
  },
);
