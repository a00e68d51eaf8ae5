import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../harness/client.js';
import { createSharedDatabase, databases } from '../harness/databases.js';
import { AppProcess } from '../harness/processes.js';
// @ts-expect-error -- plain JavaScript, which the processes run as it stands
import { Users } from '../harness/process-user.mjs';
import { race } from '../harness/race.js';

const ROUNDS = 30;

describe.each(databases)('two processes on one database (%s)', (name) => {
  let processes: AppProcess[];
  let database: DataSource;
  let cleanUp: () => Promise<void>;
  const origins = (): string[] => processes.map(({ origin }) => origin);

  beforeAll(async () => {
    const shared = await createSharedDatabase(name);
    cleanUp = shared.drop;
    database = await new DataSource({
      ...shared.options,
      entities: [Users as never],
      synchronize: true,
    }).initialize();
    processes = await Promise.all([
      AppProcess.start(shared.options),
      AppProcess.start(shared.options),
    ]);
  });

  afterAll(async () => {
    await Promise.all((processes ?? []).map((app) => app.stop()));
    await database?.destroy();
    await cleanUp?.();
  });

  const rows = (canonicalEmail: string): Promise<Record<string, unknown>[]> =>
    database.getRepository(Users as never).find({ where: { canonicalEmail } as never });
  const emitted = (event: string, email: string): number =>
    processes
      .flatMap(({ events }) => events)
      .filter((entry) => entry.event === event && entry.email?.toLowerCase() === email).length;

  it('RG-01, EV-02: ten spellings of one address registered at once make one user and one event', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const email = `race${round}@example.org`;
      const answers = await race(
        origins(),
        '/users/register',
        spellings(email, 10).map((spelling) => ({ email: spelling, password: 'correct horse' })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(400)]);
      const losers = answers.filter(({ status }) => status === 400);
      expect(losers.every(({ text }) => text.includes('REGISTER_USER_ALREADY_EXISTS'))).toBe(true);
      expect(await rows(email)).toHaveLength(1);
      await expect.poll(() => emitted('UserRegisteredEvent', email)).toBe(1);
    }
  });

  it('RS-02, RS-03: of ten resets with one token one wins, and its password is the one that works', async () => {
    const email = 'reset@example.org';
    const origin = origins()[0] as string;
    await send(origin, {
      method: 'POST',
      path: '/users/register',
      body: { email, password: 'correct horse' },
    });
    for (let round = 0; round < ROUNDS; round++) {
      await send(origin, { method: 'POST', path: '/users/forgot-password', body: { email } });
      await expect.poll(() => emitted('UserForgotPasswordEvent', email)).toBe(round + 1);
      const token = processes[0]?.events.findLast((entry) => entry.token)?.token;
      const passwords = Array.from({ length: 10 }, (_, index) => `new horse ${round}-${index}`);

      const answers = await race(
        origins(),
        '/users/reset-password',
        passwords.map((password) => ({ token, password })),
      );

      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)]);
      const winner = passwords[answers.findIndex(({ status }) => status === 200)];
      for (const password of passwords) {
        const { status } = await send(origin, {
          method: 'POST',
          path: '/users/login/jwt',
          body: { username: email, password },
        });
        expect(status).toBe(password === winner ? 200 : 400);
      }
      await expect.poll(() => emitted('UserPasswordResetEvent', email)).toBe(round + 1);
    }
  });
});

/** Different spellings of one address: other letters in upper case each time. */
function spellings(email: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    [...email].map((char, at) => ((index >> (at % 4)) & 1 ? char.toUpperCase() : char)).join(''),
  );
}
