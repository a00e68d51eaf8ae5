import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Classes, expectAlike, expectDifferent, startQuietHost } from '../harness/alike.js';
import { inTurn, tryPassword } from '../harness/attempts.js';
import type { Answer } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { PLAIN_LIMITS } from '../harness/timing.js';

const MAX = 3;
const options = {
  attemptLimits: {
    perAccount: { max: MAX, perSeconds: 3600 },
    perAddress: { max: 1_000_000, perSeconds: 3600 },
  },
} as const;

/** A login for each kind of account that a stranger must not tell apart, all of them locked. */
async function lockedLogins(host: Host): Promise<Classes> {
  const password = newPassword();
  const people = {
    unknown: newEmail('nobody'),
    known: newEmail('known'),
    inactive: newEmail('inactive'),
    'without password': newEmail('none'),
  };
  await host.users.create({ email: people.known, password });
  await host.users.create({ email: people.inactive, password, isActive: false });
  await host.users.create({ email: people['without password'] });
  const logIn = (email: string) => () => tryPassword(host, email, 'not the right one');
  for (const email of Object.values(people)) await inTurn(MAX, logIn(email));
  return Object.fromEntries(
    Object.entries(people).map(([kind, email]) => [kind, refused(logIn(email))]),
  );
}

/** What is timed is a refusal, and nothing else. */
const refused = (logIn: () => Promise<Answer>) => async (): Promise<void> => {
  const { status } = await logIn();
  if (status !== 429) throw new Error(`Not refused, but answered ${status}.`);
};

/** Keeps its locks in the rows of accounts, where those of nobody have no place. */
function lockInTheRow(host: Host): void {
  const { users } = host;
  const rows = host.dataSource.getRepository(host.entity);
  const authenticate = users.authenticate.bind(users);
  users.authenticate = async (email, ...rest) => {
    const row = await rows.findOneBy({ canonicalEmail: email.toLowerCase() });
    if (row) await rows.update({ id: row.id }, { updatedAt: new Date() });
    return authenticate(email, ...rest);
  };
}

describe('the time of a login that a lock refuses', () => {
  let host: Host;
  let leaky: Host;
  beforeAll(async () => {
    host = await startQuietHost({ options });
    leaky = await startQuietHost({ options });
    lockInTheRow(leaky);
  });
  afterAll(async () => {
    await host.close();
    await leaky.close();
  });

  it('EN-08, RL-05: does not tell whether there is an account', { timeout: 600_000 }, async () => {
    await expectAlike(await lockedLogins(host), PLAIN_LIMITS);
  });

  it('EN-08, RL-05: control: a lock in the row would be seen', { timeout: 300_000 }, async () => {
    const { unknown, known } = await lockedLogins(leaky);
    await expectDifferent({ unknown, known } as Classes, PLAIN_LIMITS);
  });
});
