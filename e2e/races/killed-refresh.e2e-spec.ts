import { UserSessionEntity } from '@nestjs-users/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { send } from '../harness/client.js';
import { createSharedDatabase, databases } from '../harness/databases.js';
import { pairOf } from '../harness/refreshing.js';
import { AppProcess } from '../harness/processes.js';
// @ts-expect-error -- plain JavaScript, which the processes run as it stands
import { Users } from '../harness/process-user.mjs';

const extras = { routes: { refresh: true } };

describe.each(databases)(
  'A process that is killed between the use of a token and its answer (%s)',
  (name) => {
    it(
      'RF-09: leaves a session that goes on within the grace, with one line, or is dead',
      { timeout: 60_000 },
      async () => {
        const database = await createSharedDatabase(name);
        const entities = [Users as never, UserSessionEntity];
        const tables = new DataSource({ ...database.options, entities, synchronize: true });
        await tables.initialize();
        const survivor = await AppProcess.start(database.options, extras);
        const post = (path: string, body: object, to = survivor) =>
          send(to.origin, { method: 'POST', path, body });
        const credentials = { email: 'anna@example.org', password: 'correct horse battery' };
        const login = { username: credentials.email, password: credentials.password };
        await post('/users/register', credentials);

        const kill = async (refresh_token: string): Promise<void> => {
          const frail = await AppProcess.start(database.options, extras, undefined, {
            DIES_AT_REFRESH: '1',
          });
          const answer = post('/users/refresh/mobile', { refresh_token }, frail);
          await expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
          await frail.stop();
        };
        const refresh = (refresh_token = '') => post('/users/refresh/mobile', { refresh_token });

        const { refresh: used = '' } = pairOf(await post('/users/login/mobile', login)) ?? {};
        await kill(used);
        const successor = pairOf(await refresh(used))?.refresh;
        expect(successor).toBeDefined();
        expect(pairOf(await refresh(used))?.refresh).toBe(successor);
        await sleep(4500);
        const next = pairOf(await refresh(successor));
        expect(next?.refresh).not.toBe(successor);

        const { refresh: lost = '' } = pairOf(await post('/users/login/mobile', login)) ?? {};
        await kill(lost);
        await sleep(4500);
        expect((await refresh(lost)).status).toBe(401);
        expect(await tables.getRepository(UserSessionEntity).countBy({ generation: 1 })).toBe(0);

        await survivor.stop();
        await tables.destroy();
        await database.drop();
      },
    );
  },
);
