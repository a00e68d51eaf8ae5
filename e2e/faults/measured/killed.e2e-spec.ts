import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { expectHonest } from '../harness/judge.js';
import { HONEST } from '../harness/ledger.js';
import { Load } from '../harness/load.js';
import type { Sample } from '../harness/sample.js';
import { ERRANDS, Recipient } from '../harness/recipient.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

/** On each database: two hundred by both of them. */
const ROUNDS = scale(100, 2);
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
      const verdicts: string[] = [];
      let slowest = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const [victim, survivor] = inAnyOrder(apps as [FaultApp, FaultApp]);
        const recipients = await Promise.all(
          [...ERRANDS, ...ERRANDS].map((errand) => Recipient.register(victim, errand)),
        );
        const part = await load.run({ seconds: 2 }, async () => {
          await sleep(300 + Math.random() * 1200);
          // Some have their answer when it is killed, some are under way, and some come too late.
          const uses = recipients.map(async (recipient) => {
            await sleep(Math.random() * 30);
            await recipient.use(victim);
          });
          await sleep(10 + Math.random() * 70);
          apps = [survivor];
          await victim.kill();
          await Promise.all(uses);
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
        verdicts.push(...(await Promise.all(recipients.map((one) => one.judge(next)))));
        slowest = Math.max(slowest, performance.now() - began);
        apps = [survivor, next];
      }
      expectHonest(samples, { isKilled: true });
      expect(slowest).toBeLessThanOrEqual(2000);
      const connection = await server.connect();
      const found = await load.ledger.reconcile(connection, (token) => load.opens(token));
      await connection.destroy();
      for (const app of apps) await app.kill();
      expect(found).toEqual(HONEST);
      expect(verdicts.filter((verdict) => verdict !== 'used' && verdict !== 'unused')).toEqual([]);
      expect(await nobodysAddresses(server)).toEqual([]);
      record('R-09', kind.name, {
        rounds: ROUNDS,
        'first logins after a start ms': Math.round(slowest),
        'tokens used': verdicts.filter((verdict) => verdict === 'used').length,
        'tokens unused': verdicts.filter((verdict) => verdict === 'unused').length,
        'tokens both or neither': 0,
        lost: 0,
        duplicate: 0,
        half: 0,
      });
    },
    ROUNDS * 12_000 + 60_000,
  );
});

/** Either of the two may be the one that is killed: the older, or the one that has just begun. */
function inAnyOrder([one, other]: [FaultApp, FaultApp]): [FaultApp, FaultApp] {
  return Math.random() < 0.5 ? [one, other] : [other, one];
}

/** Those by which nobody could log in. All of this load are canonical as they were written. */
async function nobodysAddresses(server: DatabaseServer): Promise<string[]> {
  const users = await server.query<{ email: string; canonicalEmail: string | null }>(
    'SELECT * FROM users',
  );
  expect(users.length).toBeGreaterThan(ROUNDS);
  return users
    .filter(({ email, canonicalEmail }) => email !== canonicalEmail)
    .map(({ email }) => email);
}
