import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS, type TwoProcesses } from '../harness/two-processes.js';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const refreshing = (refresh_token: string) => ({
  method: 'POST' as const,
  path: '/users/refresh/mobile',
  body: { refresh_token },
});

async function logIn(two: TwoProcesses, username: string, password: string): Promise<Tokens> {
  const body = { username, password };
  const answer = await two.send({ method: 'POST', path: '/users/login/mobile', body });
  return answer.body as Tokens;
}

async function isIn(two: TwoProcesses, { access_token }: Tokens): Promise<boolean> {
  const headers = { authorization: `Bearer ${access_token}` };
  return (await two.send({ path: '/users/me', headers })).status === 200;
}

const tokensIn = (text: string): Tokens =>
  JSON.parse(text.slice(text.indexOf('{"access_token"')).split('\r\n')[0] ?? '') as Tokens;

tellTwoProcesses(
  'One refresh token',
  (stage) => {
    it('RF-01, RF-03: used twenty times at once, it has one successor; replayed later, none', async () => {
      const { two } = stage;
      const { email, password } = await two.newcomer();
      const lines: { used: string; living: Tokens }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const { refresh_token: used } = await logIn(two, email, password);
        const answers = await two.race(Array.from({ length: 20 }, () => refreshing(used)));
        expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
        const pairs = answers.map(({ text }) => tokensIn(text));
        expect(new Set(pairs.map(({ refresh_token }) => refresh_token)).size).toBe(1);
        for (const pair of pairs.slice(0, 4)) expect(await isIn(two, pair)).toBe(true);
        lines.push({ used, living: pairs[0]! });
      }

      await sleep(4500);
      for (const { used, living } of lines) {
        expect(await isIn(two, living)).toBe(true);
        const statuses = (await two.race(Array.from({ length: 4 }, () => refreshing(used)))).map(
          ({ status }) => status,
        );
        expect(statuses).toEqual([401, 401, 401, 401]);
        expect(await isIn(two, living)).toBe(false);
        expect((await two.send(refreshing(living.refresh_token))).status).toBe(401);
      }
      await two.event('UserTokenReusedEvent', email, ROUNDS);
    }, 120_000);

    it('RF-06: while everything is revoked, leaves nothing behind that is good', async () => {
      const { two } = stage;
      const { email, password, id } = await two.newcomer();
      const admin = await two.newcomer({ isSuperuser: true });
      const revoke = { path: `/users/${id}/sessions/revoke-all`, headers: admin.headers };
      for (let round = 0; round < ROUNDS; round++) {
        const { refresh_token } = await logIn(two, email, password);
        const answers = await two.race([
          revoke,
          ...Array.from({ length: 7 }, () => refreshing(refresh_token)),
        ]);
        expect(answers[0]?.status).toBe(204);
        for (const { status, text } of answers.slice(1)) {
          if (status === 200) expect(await isIn(two, tokensIn(text))).toBe(false);
          else expect(status).toBe(401);
        }
        expect((await two.send(refreshing(refresh_token))).status).toBe(401);
      }
    }, 120_000);
  },
  { routes: { refresh: true, userSessions: true } },
  { withRedis: true },
);
