import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canStartRedis } from '../../harness/redis-server.js';
import { type Absence, Outage, type Seen } from '../harness/outage.js';
import { nameOf, outageCases, type Part, unexpected } from '../harness/outage-cases.js';
import type { Town } from '../harness/outage-requests.js';
import { record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const LONGEST_MS = 6000;
/** How a mailer is: what its listener does. */
const MAILERS = ['none', 'throws later', 'never ends'] as const;

const absences: readonly (readonly [away: readonly Part[], absence: Absence])[] = [
  [[], 'refuse'],
  ...(['refuse', 'black hole'] as const).flatMap((absence) =>
    ([['redis'], ['database'], ['database', 'redis']] as const).map(
      (away) => [away, absence] as const,
    ),
  ),
];

/** What each case must answer: 503 whoever cannot do without a part that is away, and the others as ever. */
const expected = (away: readonly Part[]): Record<string, number> =>
  Object.fromEntries(
    outageCases.map((one) => [
      nameOf(one),
      one.needs.some((part) => away.includes(part)) ? 503 : one.good,
    ]),
  );

const statuses = (seen: Record<string, Seen>): Record<string, number> =>
  Object.fromEntries(Object.entries(seen).map(([name, { answer }]) => [name, answer.status]));

/** Answers that come too late, do not say when to come back, or take a cookie away in their trouble. */
const rude = (seen: Record<string, Seen>): string[] =>
  Object.entries(seen)
    .filter(([, { answer, milliseconds }]) => {
      const { status, retryAfter, cookies } = answer;
      const isTrouble = status >= 500 || status === 401;
      return (
        milliseconds > LONGEST_MS ||
        (status === 503 && !(Number(retryAfter) > 0)) ||
        (isTrouble && cookies.length > 0)
      );
    })
    .map(
      ([name, { answer, milliseconds }]) =>
        `${name}: ${JSON.stringify({ ...answer, milliseconds })}`,
    );

/** What answers look like, whoever mails. */
const answers = (seen: Record<string, Seen>): object =>
  Object.fromEntries(Object.entries(seen).map(([name, { answer }]) => [name, answer]));

describe.runIf(canStartRedis).each(serverKinds)(
  'R-28: partial outages of $name, Redis and mailers',
  (kind) => {
    let outage: Outage;
    let town: Town;
    const table: Record<string, Record<string, number>> = {};
    beforeAll(async () => {
      outage = await Outage.prepare(kind);
      for (const mailer of MAILERS) town = await outage.found({ MAILER: mailer });
    });
    afterAll(async () => {
      if (Object.keys(table).length > 0) record('R-28', `${kind.name} and Redis`, table);
      await outage.end();
    });

    it('every route that is mounted has an answer that is expected of it', () => {
      expect(unexpected(town.app, outageCases)).toEqual([]);
    });

    it.each(absences)('away: %j, by %s', async (away, absence) => {
      const [mailed, ...unmailed] = await outage.see(outageCases, away, absence);
      const found = statuses(mailed!);
      const name = away.length === 0 ? 'nothing' : `${away.join(' and ')}, ${absence}`;
      table[name] = found;
      expect(found).toEqual(expected(away));
      for (const seen of [mailed!, ...unmailed]) expect(rude(seen)).toEqual([]);
      for (const seen of unmailed) expect(answers(seen)).toEqual(answers(mailed!));
    });

    it('control: a route that nobody expects anything of is found', () => {
      const others = outageCases.filter(({ route }) => route !== 'DELETE /users/:id');
      expect(unexpected(town.app, others)).toEqual(['DELETE /users/:id']);
    });

    it.runIf(kind === serverKinds[0])(
      'control: who waits for a mailer that hangs is found, and who takes trouble for nobody',
      async () => {
        const named = (name: string) => outageCases.filter((one) => nameOf(one) === name);
        const waits = { awaitListeners: true, constantAnswerSeconds: 8 };
        await outage.found({ MAILER: 'never ends', OPTIONS: JSON.stringify(waits) });
        const patient = await outage.see(named('POST /users/forgot-password'), [], 'refuse');
        expect(patient.map((seen) => rude(seen).length)).toEqual([0, 0, 0, 1]);

        await outage.found({ MISTAKE: 'trouble is nobody' });
        const forgetful = await outage.see(named('GET /users/me, shop'), ['redis'], 'refuse');
        expect(forgetful.map((seen) => Object.values(statuses(seen)))).toEqual([
          [503],
          [503],
          [503],
          [503],
          [401],
        ]);
      },
    );
  },
);
