import { describe, expect, it } from 'vitest';
import type { Message } from '../harness/client.js';
import { credentialOf } from '../harness/persona.js';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import type { Runner, TwoProcesses } from '../harness/two-processes.js';

/** As many requests as the other process gets after a change: none of them may find a window. */
const TRIES = 200;
const AT_ONCE = 20;

/** The six kinds of credentials: five of backends, and the refresh token. */
const kinds = ['jwt', 'cookie', 'opaque', 'session', 'listed', 'refresh'] as const;
type Kind = (typeof kinds)[number];

/** A request that the credential alone opens. */
async function credentialFor(two: TwoProcesses, user: Runner, kind: Kind): Promise<Message> {
  const backend = kind === 'refresh' ? 'mobile' : kind;
  const body = { username: user.email, password: user.password };
  const login = await two.send({ method: 'POST', path: `/users/login/${backend}`, body });
  if (kind === 'refresh') {
    const { refresh_token } = login.body;
    return { method: 'POST', path: '/users/refresh/mobile', body: { refresh_token } };
  }
  return { path: '/users/me', headers: credentialOf(login) ?? {} };
}

/** The statuses of many requests to the process in which nothing was changed. */
async function statusesAt(two: TwoProcesses, message: Message): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < TRIES; sent += AT_ONCE) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => two.send(message, 1)));
    statuses.push(...answers.map(({ status }) => status));
  }
  return statuses;
}

tellTwoProcesses(
  'What ends at one process ends at the other',
  (stage) => {
    describe.each(kinds)('%s', (kind) => {
      it.each([
        ['LG-09', 'deactivated', { method: 'PATCH', body: { isActive: false } }],
        ['LG-10', 'deleted', { method: 'DELETE' }],
      ])('%s: of somebody who is %s, with the next request', async (_id, _title, change) => {
        const { two } = stage;
        const admin = await two.newcomer({ isSuperuser: true });
        const anna = await two.newcomer();
        const credential = await credentialFor(two, anna, kind);
        expect((await two.send(credential, 1)).status, 'control').toBe(200);

        const path = `/users/${anna.id}`;
        const { status } = await two.send({ ...change, path, headers: admin.headers });
        expect([200, 204]).toContain(status);
        expect(new Set(await statusesAt(two, credential))).toEqual(new Set([401]));
      });
    });

    it.each(['jwt', 'cookie', 'opaque', 'session', 'listed'] as const)(
      'LG-11: somebody who is no superuser any more is none with the next request (%s)',
      async (kind) => {
        const { two } = stage;
        const admin = await two.newcomer({ isSuperuser: true });
        const other = await two.newcomer({ isSuperuser: true });
        const { headers } = await credentialFor(two, other, kind);
        const list = { path: '/users?limit=1', headers: headers ?? {} };
        expect((await two.send(list, 1)).status, 'control').toBe(200);

        const demote = {
          method: 'PATCH',
          path: `/users/${other.id}`,
          body: { isSuperuser: false },
        };
        expect((await two.send({ ...demote, headers: admin.headers })).status).toBe(200);
        expect(new Set(await statusesAt(two, list))).toEqual(new Set([403]));
      },
    );
  },
  { routes: { refresh: true } },
  { withRedis: true },
);
