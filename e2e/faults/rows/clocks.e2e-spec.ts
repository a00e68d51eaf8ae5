import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canStartRedis, RedisServer } from '../../harness/redis-server.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FalseClock, hasFalseClocks } from '../harness/false-clock.js';
import { FaultApp } from '../harness/fault-app.js';
import { record } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const HOUR = 3600;
const LIMIT = { max: 5, perSeconds: 900 };
const BACKENDS = ['jwt', 'stored', 'mobile', 'redis'];
const SIGNED = ['jwt', 'mobile'];

describe.runIf(hasFalseClocks && canStartRedis).each(serverKinds)(
  'R-18: on $name, processes whose clocks',
  (kind) => {
    let server: DatabaseServer;
    let redis: RedisServer;
    const apps: FaultApp[] = [];
    const clocks: FalseClock[] = [];
    beforeAll(async () => {
      [server, redis] = await Promise.all([kind.start(), RedisServer.start()]);
    });
    afterEach(async () => {
      for (const app of apps.splice(0)) await app.kill();
      for (const clock of clocks.splice(0)) clock.remove();
    });
    afterAll(async () => {
      await redis.kill();
      await server.remove();
    });

    const start = async (seconds: number) => {
      const clock = new FalseClock(seconds);
      clocks.push(clock);
      const app = await FaultApp.start({
        database: server.optionsAt(server.port),
        env: {
          ...clock.env,
          REDIS_URL: redis.url,
          OPTIONS: JSON.stringify({ attemptLimits: { perAccount: LIMIT } }),
        },
      });
      apps.push(app);
      return { app, clock };
    };
    const register = async (app: FaultApp, name: string): Promise<string> => {
      const email = `${name}-${kind.name}@example.org`;
      const body = { email, password };
      const { status } = await app.send({ method: 'POST', path: '/users/register', body });
      expect(status).toBe(201);
      return email;
    };
    const login = async (app: FaultApp, username: string, backend: string): Promise<string> => {
      const body = { username, password };
      const answer = await app.send({ method: 'POST', path: `/users/login/${backend}`, body });
      expect([backend, answer.status]).toEqual([backend, 200]);
      return answer.body.access_token as string;
    };
    const me = async (app: FaultApp, token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await app.send({ path: '/users/me', headers })).status;
    };
    const guess = (app: FaultApp, username: string) => {
      const body = { username, password: 'wrong wrong wrong' };
      return app.send({ method: 'POST', path: '/users/login/jwt', body });
    };

    it('differ by four minutes take what comes from the past, and refuse tokens from the future', async () => {
      const { app: ahead } = await start(120);
      const { app: behind } = await start(-120);
      const email = await register(ahead, 'skewed');
      const seen: Record<string, number[]> = {};
      for (const backend of BACKENDS) {
        const [late, early] = [
          await login(behind, email, backend),
          await login(ahead, email, backend),
        ];
        const own = [await me(behind, late), await me(ahead, early)];
        expect([backend, ...own]).toEqual([backend, 200, 200]);
        seen[backend] = [await me(ahead, late), await me(behind, early)];
      }
      expect(seen).toEqual(
        Object.fromEntries(
          BACKENDS.map((backend) => [backend, [200, SIGNED.includes(backend) ? 401 : 200]]),
        ),
      );
      record('R-18 four minutes apart', kind.name, {
        'signed tokens from the future': 401,
        'all others': 200,
      });
    });

    it.each([-HOUR, HOUR])(
      'jump by %i s lock nobody for longer, and forget no guess',
      async (jump) => {
        const { app, clock } = await start(0);
        const email = await register(app, `jump${jump}`);
        const tokens: [backend: string, token: string][] = [];
        for (const backend of BACKENDS) tokens.push([backend, await login(app, email, backend)]);
        const victim = `victim${jump}-${kind.name}@example.org`;
        for (let n = 0; n < LIMIT.max; n++) expect((await guess(app, victim)).status).toBe(400);
        expect((await guess(app, victim)).status).toBe(429);

        clock.set(jump);
        const locked = await guess(app, victim);
        expect(locked.status).toBe(429);
        const wait = Number(locked.headers['retry-after']);
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(LIMIT.perSeconds);
        // An hour on, a signed token has expired; an hour back, it is one from the future.
        for (const [backend, token] of tokens) {
          const expected = SIGNED.includes(backend) ? 401 : 200;
          expect([backend, await me(app, token)]).toEqual([backend, expected]);
        }
        for (const backend of BACKENDS) {
          expect(await me(app, await login(app, email, backend))).toBe(200);
        }
        expect(app.isRunning).toBe(true);
        record(`R-18 jump of ${jump} s`, kind.name, { 'Retry-After': wait, 'answers 5xx': 0 });
      },
    );
  },
);
