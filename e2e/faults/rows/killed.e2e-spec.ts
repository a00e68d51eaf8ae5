import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest } from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load, type Sample } from '../harness/load.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const ROUNDS = scale(100, 3);
const password = 'correct horse battery';

describe.each(serverKinds)('R-09: an application on $name that is killed', (kind) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await kind.start();
  });
  afterAll(() => server.remove());

  it(
    'has kept what it acknowledged, each time, and serves at once',
    async () => {
      const database = server.optionsAt(server.port);
      let apps = [await FaultApp.start({ database }), await FaultApp.start({ database })];
      const load = await Load.begin(() => apps);
      const samples: Sample[] = [];
      let slowest = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const [victim, survivor] = apps as [FaultApp, FaultApp];
        const part = await load.run({ seconds: 2 }, async () => {
          await sleep(300 + Math.random() * 1200);
          apps = [survivor];
          await victim.kill();
        });
        samples.push(...part);
        const next = await FaultApp.start({ database });
        const began = performance.now();
        const email = `round${round}@example.org`;
        const body = { email, password };
        expect((await next.send({ method: 'POST', path: '/users/register', body })).status).toBe(
          201,
        );
        load.ledger.registered(email);
        const login = { username: email, password };
        const answer = await next.send({
          method: 'POST',
          path: '/users/login/stored',
          body: login,
        });
        expect(answer.status).toBe(200);
        slowest = Math.max(slowest, performance.now() - began);
        apps = [survivor, next].toReversed();
      }
      expectHonest(samples, { isKilled: true });
      expect(slowest).toBeLessThanOrEqual(2000);
      const connection = await server.connect();
      const found = await load.ledger.reconcile(connection, (token) => load.opens(token));
      await connection.destroy();
      for (const app of apps) await app.kill();
      expect(found).toEqual(HONEST);
      record('R-09', kind.name, {
        rounds: ROUNDS,
        'first login after a start ms': Math.round(slowest),
        lost: 0,
        duplicate: 0,
        half: 0,
      });
    },
    ROUNDS * 12_000 + 60_000,
  );
});
