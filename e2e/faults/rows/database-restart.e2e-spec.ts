import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectUnharmed, statsOf } from '../harness/aftermath.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import {
  baselineOf,
  expectHonest,
  figuresOf,
  secondsUntilFirst,
  secondsUntilHealed,
} from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const SECONDS = scale(300, 13);
const QUIET = scale(20, 3);

describe.each(serverKinds)('With $name that restarts', (kind) => {
  let server: DatabaseServer;
  let apps: FaultApp[] = [];
  beforeAll(async () => {
    server = await kind.start();
  });
  afterEach(async () => {
    for (const app of apps) await app.kill();
    apps = [];
  });
  afterAll(() => server.remove());

  const start = async (): Promise<Load> => {
    const options = { database: server.optionsAt(server.port) };
    // One after the other: both make the tables.
    for (let n = 0; n < 2; n++) apps.push(await FaultApp.start(options));
    return Load.begin(() => apps);
  };
  const quiet = async (load: Load) => {
    const baseline = baselineOf(await load.run({ seconds: QUIET }));
    expect(baseline['quiet errors']).toBe(0);
    return baseline;
  };
  const reconcile = async (load: Load) => {
    const database = await server.connect();
    try {
      return await load.ledger.reconcile(database, (token) => load.opens(token));
    } finally {
      await database.destroy();
    }
  };

  it(
    'R-01, R-26: nobody is logged out, nothing is lost, and it heals',
    async () => {
      const load = await start();
      const baseline = await quiet(load);
      const before = await statsOf(apps);
      const began = performance.now();
      const downs: number[] = [];
      const ups: number[] = [];
      const samples = await load.run({ seconds: SECONDS, patience: 12 }, async () => {
        for (const how of ['fast', 'immediate'] as const) {
          await sleep(SECONDS * 200);
          downs.push(performance.now() - began);
          await server.stop(how);
          await sleep(1500);
          await server.start();
          ups.push(performance.now() - began);
        }
      });
      expectHonest(samples);
      expect(await reconcile(load)).toEqual(HONEST);
      const firsts = ups.map((up) => secondsUntilFirst(samples, up));
      expect(Math.max(...firsts)).toBeLessThanOrEqual(5);
      const healed = ups.map((up, index) => secondsUntilHealed(samples, up, downs[index + 1]));
      expect(Math.max(...healed)).toBeLessThanOrEqual(10);
      const grown = await expectUnharmed(apps, before);
      record('R-01', kind.name, {
        ...baseline,
        ...figuresOf(samples),
        'first success after s': Math.max(...firsts).toFixed(2),
        'last failure after s': Math.max(...healed).toFixed(2),
        'heap grew MB': grown.toFixed(1),
        lost: 0,
        duplicate: 0,
        'fail-open': 0,
      });
    },
    (SECONDS + 120) * 1000,
  );

  it.runIf(kind.name === 'postgres')(
    'R-02: connections that are killed in the middle leave nothing half done',
    async () => {
      const seconds = scale(300, 6);
      const load = await start();
      const baseline = await quiet(load);
      const before = await statsOf(apps);
      const began = performance.now();
      let ended = 0;
      const samples = await load.run(
        { seconds: seconds + scale(15, 3), patience: 12 },
        async () => {
          for (let n = 0; n < seconds; n += 0.5) {
            await server.query(
              `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
             WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
             ORDER BY random() LIMIT 2) AS victims`,
            );
            await sleep(500);
          }
          ended = performance.now() - began;
        },
      );
      expectHonest(samples);
      expect(await reconcile(load)).toEqual(HONEST);
      const database = await server.connect();
      const known = await database.query<{ email: string }[]>('SELECT email FROM users');
      await database.destroy();
      const emails = new Set(known.map(({ email }) => email));
      const told = apps.flatMap(({ registered }) => registered);
      expect(told.filter((email) => !emails.has(email))).toEqual([]);
      expect(secondsUntilFirst(samples, ended)).toBeLessThanOrEqual(5);
      const healed = secondsUntilHealed(samples, ended);
      expect(healed).toBeLessThanOrEqual(10);
      const grown = await expectUnharmed(apps, before);
      record('R-02', kind.name, {
        ...baseline,
        ...figuresOf(samples),
        'last failure after s': healed.toFixed(2),
        'heap grew MB': grown.toFixed(1),
        lost: 0,
        duplicate: 0,
        half: 0,
      });
    },
    400_000,
  );
});
