import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest, figuresOf, secondsUntilHealed } from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import type { Operation, Sample } from '../harness/sample.js';
import { Person } from '../harness/people.js';
import { PostgresServer } from '../harness/postgres-server.js';
import { record, scale } from '../harness/scale.js';
import { hasPostgresServer } from '../harness/servers.js';

/** Sessions hear of a new setting when they are asked next. */
const SETTLING_MS = 500;
/** So long ago a session was used: what is older than a minute is written down anew. */
const LONG_AGO_MS = 120_000;

/** Those that cannot do without writing; `patch` writes, `logout` begins with a login that does. */
const WRITES: readonly Operation[] = ['register', 'patch', 'logout'];
const writesOf = (samples: readonly Sample[]): number[] => [
  ...new Set(
    samples.filter(({ operation }) => WRITES.includes(operation)).map((one) => one.status),
  ),
];

describe.runIf(hasPostgresServer)('R-22: with PostgreSQL that is only read from', () => {
  let server: PostgresServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await PostgresServer.start();
    app = await FaultApp.start({
      database: server.optionsAt(server.port),
      env: { VERBOSE: '1' },
    });
  });
  afterAll(async () => {
    await app.kill();
    await server.remove();
  });
  const readOnly = (isOn: boolean) =>
    server.set(`default_transaction_read_only = ${isOn ? 'on' : 'off'}`);

  it('all writes are 503 meanwhile, and reading goes on', async () => {
    const load = await Load.begin(() => [app]);
    const began = performance.now();
    const clock = () => performance.now() - began;
    const times = { asked: 0, settled: 0, ending: 0, mended: 0 };
    const seconds = scale(60, 9);
    const samples = await load.run({ seconds, patience: 6 }, async () => {
      await sleep(scale(5000, 2000));
      times.asked = clock();
      await readOnly(true);
      times.settled = clock() + SETTLING_MS;
      await sleep((seconds * 1000) / 2);
      times.ending = clock();
      await readOnly(false);
      times.mended = clock();
    });
    expectHonest(samples);
    const reads = samples.filter(({ operation }) => operation === 'me');
    expect(reads.filter(({ status }) => status !== 200)).toEqual([]);

    const end = ({ at, milliseconds }: Sample) => at + milliseconds;
    const meanwhile = samples.filter((one) => one.at > times.settled && end(one) < times.ending);
    expect(writesOf(meanwhile)).toEqual([503]);
    // The control: the same requests, of the same clients, before anything was wrong.
    const before = samples.filter((one) => end(one) < times.asked);
    expect(writesOf(before)).not.toContain(503);
    expect(writesOf(before).length).toBeGreaterThan(0);

    const healed = secondsUntilHealed(samples, times.mended);
    expect(healed).toBeLessThanOrEqual(5);
    const database = await server.connect();
    expect(await load.ledger.reconcile(database, (token) => load.opens(token))).toEqual(HONEST);
    await database.destroy();
    record('R-22', 'postgres', {
      ...figuresOf(samples),
      'last failure after s': healed.toFixed(2),
    });
  });

  it.each(['stored', 'mobile'])(
    'a use of a session (%s) that cannot be written down fails no read',
    async (backend) => {
      const anna = await Person.register(app);
      const { headers } = await anna.login(backend);
      const ofAnna = `WHERE subject = '${anna.id}'`;
      const me = async () => (await app.send({ path: '/users/me', headers })).status;
      const lastUsed = async () => {
        const [row] = await server.query<{ at: string }>(
          `SELECT "lastUsedAt" AS at FROM user_sessions ${ofAnna}`,
        );
        return Number(row?.at);
      };
      await server.query(
        `UPDATE user_sessions SET "lastUsedAt" = "lastUsedAt" - ${LONG_AGO_MS} ${ofAnna}`,
      );
      const longAgo = await lastUsed();
      const known = app.warnings.length;
      await readOnly(true);
      await sleep(SETTLING_MS);
      try {
        for (let n = 0; n < 5; n++) expect(await me()).toBe(200);
      } finally {
        await readOnly(false);
      }
      await sleep(SETTLING_MS);
      expect(await lastUsed()).toBe(longAgo);
      // It was tried: that is what the warning is about.
      const warnings = app.warnings
        .slice(known)
        .filter((line) => line.includes('could not be written down'));
      expect(warnings).toHaveLength(1);

      expect(await me()).toBe(200);
      expect(await lastUsed()).toBeGreaterThan(longAgo + LONG_AGO_MS);
    },
  );
});
