import { describe, expect, it } from 'vitest';
import { newAddress } from '../harness/attempts.js';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS, type TwoProcesses } from '../harness/two-processes.js';

const MAX = 5;
const GUESSES = 50;
/** Each guess comes from somewhere else: it is the account's row that they meet in. */
const addresses = Array.from({ length: GUESSES }, newAddress);
const ATTEMPTS = JSON.stringify({
  perAccount: { max: MAX, perSeconds: 900 },
  perAddress: { max: 100_000, perSeconds: 900 },
});

/** How many guesses at once for one account are looked at, in each round. */
async function passed(two: TwoProcesses): Promise<number[]> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const body = { username: two.newEmail(), password: 'wrong' };
    const answers = await two.race(
      addresses.map((from) => ({ path: '/users/login/jwt', body, from })),
    );
    const lookedAt = answers.filter(({ status }) => status === 400).length;
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(GUESSES - lookedAt);
    rounds.push(lookedAt);
  }
  return rounds;
}

const each = (count: number): number[] => Array<number>(ROUNDS).fill(count);

tellTwoProcesses(
  'Guesses',
  (stage, counted) => {
    it('RL-06: of 50 at once no more pass than may: of all processes that share a store', async () => {
      // Without one, each of the two counts for itself.
      expect(await passed(stage.two)).toEqual(each(counted === 'Redis' ? MAX : 2 * MAX));
    });
  },
  {},
  { withRedis: true, env: { ATTEMPTS } },
);

describe('With limits in the database:', () => {
  tellTwoProcesses(
    'Guesses',
    (stage) => {
      // One after the other they wait for one row, some ten round trips each.
      const timeout = 180_000;
      it('RL-06: of 50 at once no more pass than may, of both together', { timeout }, async () => {
        expect(await passed(stage.two)).toEqual(each(MAX));
      });
    },
    {},
    { env: { ATTEMPTS, LIMITS: 'database' } },
  );
});
