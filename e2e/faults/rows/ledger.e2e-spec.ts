import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, secondsUntilHealed } from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import { isWell, type Sample, type Sent } from '../harness/sample.js';
import { ERRANDS, Recipient } from '../harness/recipient.js';
import { serverKinds } from '../harness/servers.js';

// What judges all other rows is judged here: each of its findings is provoked once.

describe.runIf(serverKinds.length > 0)('Control: the ledger', () => {
  let server: DatabaseServer;
  let app: FaultApp;
  let load: Load;
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
    app = await FaultApp.start({ database: server.optionsAt(server.port) });
    load = await Load.begin(() => [app]);
  });
  afterAll(async () => {
    await app.kill();
    await server.remove();
  });
  const reconcile = async (opens: (token: string) => Promise<boolean>) => {
    const database = await server.connect();
    const found = await load.ledger.reconcile(database, opens);
    await database.destroy();
    return found;
  };

  it('finds nothing where nothing has happened', async () => {
    expectHonest(await load.run({ seconds: 4 }));
    expect(await reconcile((token) => load.opens(token))).toEqual(HONEST);
  });

  it('finds what was lost, doubled, left half done and left open', async () => {
    load.ledger.registered('lost@example.org');
    load.ledger.loggedOut('ended');
    const [{ email = '' } = {}] = await server.query<{ email: string }>('SELECT email FROM users');
    load.ledger.renamed(email, 'another');
    load.ledger.registering(email);
    await server.query(`INSERT INTO users (email, "canonicalEmail", "securityStamp", "isActive",
      "isSuperuser", "isVerified", "createdAt", "updatedAt")
      VALUES ('${email}', 'x', 'x', true, false, false, now(), now())`);
    const found = await reconcile(async () => true);
    expect(found.lost.length).toBeGreaterThanOrEqual(2);
    expect(found.duplicate).toEqual([email]);
    expect(found.half).toEqual([email]);
    expect(found.failOpen).toContain('ended');
    const database = await server.connect();
    expect(await load.ledger.untold(database)).toContain(email);
    await database.destroy();
  });

  it.each(ERRANDS)('finds a token to %s that is good again', async (errand) => {
    const columns = '"hashedPassword", "securityStamp", "isVerified"';
    const recipient = await Recipient.register(app, errand);
    await server.query('CREATE TABLE before AS SELECT * FROM users');
    expect(await recipient.use(app)).toBe(200);
    await server.query(`UPDATE users SET (${columns}) =
      (SELECT ${columns} FROM before WHERE before.id = users.id)`);
    await server.query('DROP TABLE before');
    expect(await recipient.judge(app)).toContain('answered 200, found unused, used again 200');
  });

  it.each([
    { status: 0 },
    { status: 401 },
    { status: 500, text: 'Internal server error' },
    { status: 503 },
    { status: 503, retryAfter: '1', text: 'connect ECONNREFUSED' },
  ])('an answer %j is not honest', (answer) => {
    expect(() => expectHonest([sample(answer)])).toThrow(/deeply equal/);
  });

  it('misses a place of the pool that somebody keeps', async () => {
    expect(await app.hasWholePool()).toBe(true);
    await app.send({ path: '/hold?connections=1&milliseconds=60000' });
    expect(await app.hasWholePool()).toBe(false);
  });

  it('what fails to the end has not healed, nor between two troubles', () => {
    const [good, bad] = [200, 503];
    const samples = [bad, good, bad, good, bad].map((status, at) => sample({ status, at }));
    expect(secondsUntilHealed(samples, -1, 2)).toBeCloseTo(0.0015);
    expect(secondsUntilHealed(samples, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(secondsUntilHealed(samples.slice(0, 4), 0.5)).toBeCloseTo(0.002);
  });

  it.each([
    { story: 'a second of good answers', statuses: [503, 503, 200, 200], well: true },
    { story: 'a failure of just now', statuses: [200, 200, 200, 503], well: false },
    { story: 'a request that still waits', statuses: [200, undefined, 200, 200], well: false },
    { story: 'nothing at all', statuses: [], well: false },
  ])('$story: well again is $well', ({ statuses, well }) => {
    const sent = statuses.map((status, index) => request(index * 500, status));
    expect(isWell(sent, 2000)).toBe(well);
    // Whoever was sent just now may be under way.
    expect(isWell([...sent, request(1900, undefined)], 2000)).toBe(well);
  });
});

function request(at: number, status: number | undefined): Sent {
  const sent = { at, sample: Promise.resolve(sample({ at })) };
  return status === undefined ? sent : { ...sent, status };
}

function sample(answer: Partial<Sample>): Sample {
  const usual = {
    operation: 'me',
    at: 0,
    text: '',
    retryAfter: undefined,
    isRefused: false,
  } as const;
  return { ...usual, status: 200, milliseconds: 0.5, ...answer };
}
