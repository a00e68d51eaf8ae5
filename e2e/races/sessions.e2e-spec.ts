import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS } from '../harness/two-processes.js';

const ME = { method: 'GET', path: '/users/me' } as const;

tellTwoProcesses(
  'Log out everywhere',
  (stage) => {
    it('OT-07: ends what was there, and nothing that comes after it', async () => {
      const { two } = stage;
      const { email, password, id } = await two.newcomer();
      const admin = await two.newcomer({ isSuperuser: true });
      const login = () => two.login(email, password, 'opaque');
      const revoke = { path: `/users/${id}/sessions/revoke-all`, headers: admin.headers };
      for (let round = 0; round < ROUNDS; round++) {
        const before = await Promise.all([login(), login(), login()]);
        const body = { username: email, password };
        const entering = { path: '/users/login/opaque', body };
        const [revoked, ...logins] = await two.race([
          revoke,
          ...Array.from({ length: 7 }, () => entering),
        ]);
        expect(revoked?.status).toBe(204);
        const after = await login();

        const headersOf = (text: string) => /"access_token":"([^"]+)"/.exec(text)?.[1];
        const during = logins.flatMap(({ text }) => headersOf(text) ?? []);
        const isIn = async (headers: Record<string, string> | undefined) =>
          (await two.send({ ...ME, headers: headers ?? {} })).status === 200;
        for (const headers of before) expect(await isIn(headers)).toBe(false);
        expect(await isIn(after)).toBe(true);
        const living = [];
        for (const token of during) {
          if (await isIn({ authorization: `Bearer ${token}` })) living.push(token);
        }
        // What is listed is what is alive.
        const { items } = (
          await two.send({
            method: 'GET',
            path: `/users/${id}/sessions`,
            headers: admin.headers,
          })
        ).body as { items: unknown[] };
        expect(items).toHaveLength(living.length + 1);
        await two.send({ method: 'POST', ...revoke });
      }
    });

    it('LG-06: of ten logouts of one session one is told that it was there', async () => {
      const { two } = stage;
      const { email, password } = await two.newcomer();
      for (let round = 0; round < ROUNDS; round++) {
        const headers = (await two.login(email, password, 'opaque')) ?? {};
        const answers = await two.race(
          Array.from({ length: 10 }, () => ({ path: '/users/logout/opaque', headers })),
        );
        expect(answers.filter(({ status }) => status === 204).length).toBe(1);
        expect((await two.send({ ...ME, headers })).status).toBe(401);
      }
    });
  },
  { routes: { userSessions: true } },
  { withRedis: true },
);
