import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { percentile } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const email = 'needle@example.org';
const ROWS = scale(1_000_000, 20_000);

/** So many users and sessions in one statement each; nobody can log in as them. */
const fill = {
  postgres: [
    `INSERT INTO users (email, "canonicalEmail", "securityStamp", "isActive", "isSuperuser",
       "isVerified", "createdAt", "updatedAt")
     SELECT e, e, 'x', true, false, false, now(), now()
     FROM (SELECT 'hay' || n || '@example.org' AS e FROM generate_series(1, ${ROWS}) n) AS hay`,
    `INSERT INTO user_sessions (id, digest, subject, fingerprint, backend, "createdAt", "lastUsedAt",
       "expiresAt", "endsAt", generation)
     SELECT md5(n::text), encode(sha256(n::text::bytea), 'hex'), n::text, 'x', 'stored', 0, 0, 1, 1, 0
     FROM generate_series(1, ${ROWS}) n`,
    'ANALYZE users',
    'ANALYZE user_sessions',
  ],
  mariadb: [
    `INSERT INTO users (email, canonicalEmail, securityStamp, isActive, isSuperuser, isVerified,
       createdAt, updatedAt)
     SELECT e, e, 'x', 1, 0, 0, now(), now()
     FROM (SELECT CONCAT('hay', seq, '@example.org') AS e FROM seq_1_to_${ROWS}) AS hay`,
    `INSERT INTO user_sessions (id, digest, subject, fingerprint, backend, createdAt, lastUsedAt,
       expiresAt, endsAt, generation)
     SELECT md5(seq), sha2(seq, 256), seq, 'x', 'stored', 0, 0, 1, 1, 0 FROM seq_1_to_${ROWS}`,
    'ANALYZE TABLE users',
    'ANALYZE TABLE user_sessions',
  ],
};

describe.each(serverKinds)('R-19: huge tables on $name', (kind) => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await kind.start();
    app = await FaultApp.start({ database: server.optionsAt(server.port) });
    await app.send({ method: 'POST', path: '/users/register', body: { email, password } });
    await server.query(
      'UPDATE users SET "isSuperuser" = true'.replaceAll('"', kind.name === 'mariadb' ? '`' : '"'),
    );
  });
  afterAll(async () => {
    await app.kill();
    await server.remove();
  });

  const timed = async (count: number, work: () => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < count; n++) {
      const began = performance.now();
      await work();
      times.push(performance.now() - began);
    }
    return percentile(
      times.toSorted((a, b) => a - b),
      0.5,
    );
  };
  const login = async (): Promise<string> => {
    const body = { username: email, password };
    const answer = await app.send({ method: 'POST', path: '/users/login/stored', body });
    expect(answer.status).toBe(200);
    return answer.body.access_token as string;
  };

  it('look-ups, logins and deep pages do not feel them', async () => {
    const headers = { authorization: `Bearer ${await login()}` };
    const me = async () =>
      expect((await app.send({ path: '/users/me', headers })).status).toBe(200);
    const page = (after = '') =>
      app.send({
        path: `/users?limit=50${after && `&cursor=${encodeURIComponent(after)}`}`,
        headers,
      });
    await timed(50, me);
    const before = { me: await timed(200, me), login: await timed(50, login) };
    for (const statement of fill[kind.name]) await server.query(statement);
    const after = { me: await timed(200, me), login: await timed(50, login) };

    let cursor: string | undefined;
    const depth = scale(2000, 200);
    const times: number[] = [];
    for (let n = 0; n < depth; n++) {
      const began = performance.now();
      const { status, body } = await page(cursor);
      times.push(performance.now() - began);
      expect(status).toBe(200);
      cursor = body.nextCursor as string;
    }
    const first = percentile(
      times.slice(0, 20).toSorted((a, b) => a - b),
      0.5,
    );
    const deep = percentile(
      times.slice(-20).toSorted((a, b) => a - b),
      0.5,
    );
    expect(after.me).toBeLessThanOrEqual(2 * before.me);
    expect(after.login).toBeLessThanOrEqual(2 * before.login);
    expect(deep).toBeLessThanOrEqual(Math.max(50, 1.5 * first));
    record('R-19', kind.name, {
      rows: ROWS,
      'me before / after ms': `${before.me.toFixed(1)} / ${after.me.toFixed(1)}`,
      'login before / after ms': `${before.login.toFixed(1)} / ${after.login.toFixed(1)}`,
      'first / deep page ms': `${first.toFixed(1)} / ${deep.toFixed(1)}`,
    });
  }, 600_000);

  it('what has expired is deleted by the way, a part at a time', async () => {
    const [{ count: left = 0 } = {}] = await server.query<{ count: string | number }>(
      'SELECT count(*) AS count FROM user_sessions',
    );
    // At the first login of the process, and then once a minute.
    expect(Number(left)).toBeGreaterThan(ROWS - 5000);
    const digest = createHash('sha256').update('1').digest('hex');
    const explained = await server.query(
      `EXPLAIN SELECT * FROM user_sessions WHERE digest = '${digest}'`,
    );
    const text = JSON.stringify(explained);
    expect(text).toMatch(/Index Scan|"const"|"ref"|Impossible|no matching/i);
  });
});
