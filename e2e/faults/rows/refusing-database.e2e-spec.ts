import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, figuresOf, secondsUntilHealed } from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import { PostgresServer } from '../harness/postgres-server.js';
import { record, scale } from '../harness/scale.js';
import { hasPostgresServer } from '../harness/servers.js';

const password = 'correct horse battery';

describe.runIf(hasPostgresServer)('With PostgreSQL that refuses', () => {
  let server: PostgresServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await PostgresServer.start();
    app = await FaultApp.start({ database: server.optionsAt(server.port) });
  });
  afterAll(async () => {
    await app.kill();
    await server.remove();
  });
  afterEach(() => server.query('DROP TRIGGER IF EXISTS refuse ON users'));

  it('R-22: writes are 503 while it is read-only, and reading goes on', async () => {
    const load = await Load.begin(() => [app]);
    const began = performance.now();
    let mended = 0;
    const seconds = scale(60, 9);
    const samples = await load.run({ seconds }, async () => {
      await server.set('default_transaction_read_only = on');
      await sleep((seconds * 1000) / 2);
      await server.set('default_transaction_read_only = off');
      mended = performance.now() - began;
    });
    expectHonest(samples);
    const reads = samples.filter(({ operation }) => operation === 'me');
    expect(reads.filter(({ status }) => status !== 200)).toEqual([]);
    const registrations = samples.filter(({ operation }) => operation === 'register');
    expect(registrations.some(({ status }) => status === 503)).toBe(true);
    const healed = secondsUntilHealed(samples, mended);
    expect(healed).toBeLessThanOrEqual(5);
    const database = await server.connect();
    expect(await load.ledger.reconcile(database, (token) => load.opens(token))).toEqual(HONEST);
    await database.destroy();
    record('R-22', 'postgres', {
      ...figuresOf(samples),
      'last failure after s': healed.toFixed(2),
    });
  });

  it.each([
    ['53100', 'the disk is full'],
    ['40001', 'serialization fails'],
    ['40P01', 'a deadlock'],
    ['55P03', 'a lock is not available'],
  ])('R-23: %s (%s) is a 503, and nothing is left half done', async (code) => {
    await refuse(server, code, 'true');
    const email = `refused-${code}@example.org`.toLowerCase();
    const register = () =>
      app.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const refused = await register();
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    expect(await rowsOf(server, email)).toEqual([0, 0]);

    await server.query('DROP TRIGGER refuse ON users');
    expect((await register()).status).toBe(201);
    expect(await rowsOf(server, email)).toEqual([1, 1]);
    record(`R-23 ${code}`, 'postgres', { answer: refused.status, 'half done': 0 });
  });

  it.each(['40001', '40P01'])('R-23: %s is tried again, and is no trouble then', async (code) => {
    await server.query('CREATE SEQUENCE IF NOT EXISTS tries; ALTER SEQUENCE tries RESTART');
    await refuse(server, code, "nextval('tries') < 3");
    const email = `again-${code}@example.org`.toLowerCase();
    const body = { email, password };
    const answer = await app.send({ method: 'POST', path: '/users/register', body });
    expect(answer.status).toBe(201);
    expect(await rowsOf(server, email)).toEqual([1, 1]);
    record(`R-23 ${code} twice`, 'postgres', { answer: answer.status, 'half done': 0 });
  });
});

/** Lets each insertion fail by a code of PostgreSQL, as long as a condition holds. */
async function refuse(server: PostgresServer, code: string, condition: string): Promise<void> {
  await server.query(`CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF ${condition} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '${code}'; END IF;
      RETURN NEW;
    END $$`);
  await server.query(
    'CREATE TRIGGER refuse AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION refuse()',
  );
}

/** Rows of a user, and of what belongs to them. */
async function rowsOf(server: PostgresServer, email: string): Promise<[number, number]> {
  const [row] = await server.query<{ users: string; profiles: string }>(
    `SELECT count(*) AS users, count(p."userId") AS profiles FROM users u
     LEFT JOIN profiles p ON p."userId" = u.id WHERE u.email = '${email}'`,
  );
  return [Number(row?.users), Number(row?.profiles)];
}
