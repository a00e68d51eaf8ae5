import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../harness/client.js';
import { newEmail } from '../../harness/leaks.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { PASSWORD, Person, type Wallet } from '../harness/people.js';
import { Refusal, type WrittenTable } from '../harness/refusal.js';
import { record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

/** One, and three more. */
const MAX_TRIES = 4;

interface Trouble {
  readonly code: string;
  readonly name: string;
  /** Whether the same may succeed at once. */
  readonly passes: boolean;
}
const troubles: Readonly<Record<DatabaseServer['name'], readonly Trouble[]>> = {
  postgres: [
    { code: '40001', name: 'serialization fails', passes: true },
    { code: '40P01', name: 'a deadlock', passes: true },
    { code: '53100', name: 'the disk is full', passes: false },
    { code: '55P03', name: 'a lock is not available', passes: false },
  ],
  mariadb: [
    { code: '1213', name: 'a deadlock', passes: true },
    { code: '1021', name: 'the disk is full', passes: false },
    { code: '1205', name: 'a lock is not available', passes: false },
  ],
};

interface Write {
  readonly name: string;
  readonly table: WrittenTable;
  readonly good: number;
  message(anna: Person, wallet: Wallet): Message;
}
const writes: readonly Write[] = [
  {
    name: 'a registration',
    table: 'users',
    good: 201,
    message: () => ({
      method: 'POST',
      path: '/users/register',
      body: { email: newEmail('refused'), password: PASSWORD },
    }),
  },
  {
    name: 'PATCH /me',
    table: 'users',
    good: 200,
    message: (_, { headers }) => ({
      method: 'PATCH',
      path: '/users/me',
      headers,
      body: { nickname: newEmail('nick') },
    }),
  },
  {
    name: 'a login',
    table: 'user_sessions',
    good: 200,
    message: (anna) => anna.loginBy('stored'),
  },
];

describe.each(serverKinds)('R-23: $name refuses', (kind) => {
  let server: DatabaseServer;
  let app: FaultApp;
  let anna: Person;
  let wallet: Wallet;
  beforeAll(async () => {
    server = await kind.start();
    app = await FaultApp.start({ database: server.optionsAt(server.port) });
    anna = await Person.register(app);
    wallet = await anna.login('stored');
  });
  afterAll(async () => {
    await app.kill();
    await server.remove();
  });

  /** How much there is of everything, and what Anna is called. */
  const state = async (): Promise<unknown> => {
    const tables = ['users', 'profiles', 'user_sessions'];
    const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`).join(', ');
    return server.query(
      `SELECT ${counts}, (SELECT nickname FROM users WHERE email = '${anna.email}') AS nickname`,
    );
  };
  const cases = troubles[kind.name].flatMap((trouble) =>
    writes.map((write) => ({ ...trouble, write, what: write.name })),
  );

  it.each(cases)('$what, by $code ($name): a 503, and nothing is left half done', async (one) => {
    const { code, passes, write } = one;
    const before = await state();
    const refusal = await Refusal.begin(server, write.table, code);
    const refused = await app.send(write.message(anna, wallet));
    const tries = await refusal.end();
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(tries).toBe(passes ? MAX_TRIES : 1);
    expect(await state()).toEqual(before);

    expect((await app.send(write.message(anna, wallet))).status).toBe(write.good);
    expect(await state()).not.toEqual(before);
    // The same of each kind of write.
    record(`R-23 ${code}`, kind.name, {
      answer: refused.status,
      tries,
      'half done': 0,
    });
  });

  // Those that are not tried again are the control of those that are.
  it.each(cases)('$what, twice, by $code ($name): no trouble if it passes', async (one) => {
    const { code, passes, write } = one;
    const refusal = await Refusal.begin(server, write.table, code, 2);
    const { status } = await app.send(write.message(anna, wallet));
    expect([status, await refusal.end()]).toEqual(passes ? [write.good, 3] : [503, 1]);
  });
});
