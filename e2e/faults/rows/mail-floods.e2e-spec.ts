import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../harness/client.js';
import { newEmail } from '../../harness/leaks.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { clientAddress, oneByOne } from '../harness/flood.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
/** 10 000 in a minute, half of them of each kind. */
const perSecond = 10_000 / 60;
const count = scale(5000, 600);
const accounts = Array.from({ length: 50 }, () => newEmail('owner'));

describe.runIf(serverKinds.length > 0)('Floods of registrations and mails', () => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
  });
  afterEach(async () => {
    await app.kill();
    await server.query('DELETE FROM users');
  });
  afterAll(() => server.remove());

  const start = async (options: object): Promise<void> => {
    const env = { OPTIONS: JSON.stringify(options) };
    app = await FaultApp.start({ database: server.optionsAt(server.port), env });
  };
  const registration = (email: string, from: string): Message => ({
    method: 'POST',
    path: '/users/register',
    body: { email, password },
    from,
  });
  /** From so many clients that none of them is over the limit of its own address. */
  const forgotten = (email: string, n: number): Message => ({
    method: 'POST',
    path: '/users/forgot-password',
    body: { email },
    from: clientAddress(n % 250),
  });
  /** In turn: one that somebody has, and one that nobody has. */
  const mails = (length: number): Message[] =>
    Array.from({ length }, (_, n) =>
      forgotten(n % 2 ? newEmail('nobody') : accounts[(n / 2) % accounts.length]!, n),
    );
  const settle = () =>
    oneByOne(
      app,
      perSecond,
      accounts.map((email) => registration(email, '127.2.0.1')),
    );
  const mailsByAccount = (): number[] =>
    accounts.map((email) => app.mails.filter((mail) => mail.email === email).length);

  it('R-17, RS-13: of forgotten passwords, an account is sent three mails, whoever asks for them', async () => {
    await start({ attemptLimits: {} });
    await settle();
    const answers = await oneByOne(app, perSecond, mails(count));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const answered = performance.now();
    // What waits to be sent is sent within a minute; and nothing comes after it.
    await vi.waitFor(() => expect(mailsByAccount()).toEqual(accounts.map(() => 3)), 60_000);
    const recovered = performance.now() - answered;
    await sleep(500);
    expect(app.mails).toHaveLength(3 * accounts.length);
    record('R-17, mails', server.name, {
      requests: count,
      'per second': Math.round(perSecond),
      accounts: accounts.length,
      mails: app.mails.length,
      'last mail after ms': Math.round(recovered),
    });
  });

  it('R-17: of registrations, a client makes as many rows as its limit has, however many addresses it invents', async () => {
    await start({ attemptLimits: {} });
    const clients = scale(20, 3);
    const flood = Array.from({ length: count }, (_, n) =>
      registration(newEmail('flood'), clientAddress(n % clients)),
    );
    const answers = await oneByOne(app, perSecond, flood);
    const limited = answers.filter(({ status }) => status === 429);
    const others = answers.filter(({ status }) => status !== 429);
    expect(limited).toHaveLength(count - 100 * clients);
    expect(limited.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([]);
    // Where the machine is too slow for them, some of the others are told to come again.
    expect(others.filter(({ status }) => status !== 201 && status !== 503)).toEqual([]);
    const rows = await rowsIn(server);
    expect(rows).toBeGreaterThan(0);
    expect(rows).toBeLessThanOrEqual(100 * clients);
    record('R-17, registrations', server.name, {
      requests: count,
      'per second': Math.round(perSecond),
      clients,
      'answers 429': limited.length,
      'rows made': rows,
    });
  });

  it('R-17, control: without limits, each request is a mail or a row', async () => {
    await start({ attemptLimits: false, mailLimit: false });
    await settle();
    await oneByOne(app, perSecond, mails(500));
    await vi.waitFor(() => expect(mailsByAccount()).toEqual(accounts.map(() => 5)), 60_000);

    const flood = Array.from({ length: 300 }, () => registration(newEmail(), '127.2.0.1'));
    await oneByOne(app, perSecond, flood);
    expect(await rowsIn(server)).toBe(accounts.length + flood.length);
  });
});

async function rowsIn(server: DatabaseServer): Promise<number> {
  const [row] = await server.query<{ count: string | number }>(
    'SELECT count(*) AS count FROM users',
  );
  return Number(row?.count);
}
