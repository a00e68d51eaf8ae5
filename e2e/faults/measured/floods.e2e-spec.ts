import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../harness/client.js';
import type { DatabaseServer } from '../harness/database-server.js';
import { FaultApp } from '../harness/fault-app.js';
import { floodOfLogins, p99, slowest, steadily, timed, type Timed } from '../harness/flood.js';
import { ROUNDS } from '../harness/judge.js';
import { record, scale } from '../harness/scale.js';
import { serverKinds } from '../harness/servers.js';

const password = 'correct horse battery';
const honest = { username: 'honest@example.org', password };
/** Addresses have no limit here: the flood is to last as long as the row does. */
const OPTIONS = '{"attemptLimits":{"perAddress":{"max":1000000,"perSeconds":900}}}';
/** Wrong without a hash, for it could never have been set; all else is worked off as for any other. */
const unhashable = '\uD800';
/** How much of the rate of one login after the other is served in a flood. */
const SHARE = 0.8;
const threads = Math.max(1, availableParallelism() - 1);

describe.runIf(serverKinds.length > 0)('Floods of logins', () => {
  let server: DatabaseServer;
  let app: FaultApp;
  beforeAll(async () => {
    server = await serverKinds[0]!.start();
  });
  afterEach(() => app.kill());
  afterAll(() => server.remove());

  /** By a name: a new connection asks libuv's threads for its address, as it does in earnest. */
  const start = async (env: Record<string, string>): Promise<void> => {
    app = await FaultApp.start({
      database: server.optionsAt(server.port, { host: 'localhost' }),
      env,
    });
    await app.send({
      method: 'POST',
      path: '/users/register',
      body: { email: honest.username, password },
    });
  };
  const login = (body = honest): Promise<Timed> =>
    timed(app, { method: 'POST', path: '/users/login/jwt', body });
  const meBy = async (backend: string) => {
    const path = `/users/login/${backend}`;
    const { body } = await app.send({ method: 'POST', path, body: honest });
    return {
      path: '/users/me',
      headers: { authorization: `Bearer ${body.access_token as string}` },
    };
  };
  /** When nobody else is there, in milliseconds. */
  const singleLogin = async (): Promise<number> => {
    const times: number[] = [];
    for (let n = 0; n < 5; n++) times.push((await login()).milliseconds);
    return times.toSorted((a, b) => a - b)[2]!;
  };
  /** Ends all connections in the middle of a flood. */
  const cutOff = async (after: number) => {
    await sleep(after * 1000);
    const { waiting } = (await app.send({ path: '/hashes' })).body as { waiting?: number };
    const from = performance.now();
    await server.endConnections();
    return { waiting, from, to: performance.now() };
  };

  /** What a flood does to others, with the connections to the database cut in its middle. */
  const suffer = async (messages: readonly Message[], seconds: number) => {
    const single = await singleLogin();
    await app.stats();
    const began = performance.now();
    const flooding = floodOfLogins(app, { seconds });
    const cutting = cutOff(seconds / 2);
    const until = Promise.all([cutting.then(() => sleep(4000)), sleep(seconds * 1000)]);
    const load = { perSecond: 20, until };
    const [byJwt = [], byStored = [], health = []] = await steadily(app, load, messages);
    const flood = await flooding;
    const elapsed = (performance.now() - began) / 1000;
    const after = await app.stats();
    const back = await soonLogin(login, 2 * single);

    const cut = await cutting;
    const me = [byJwt, byStored];
    const served = flood.filter(({ status }) => status === 400);
    const refused = flood.filter(({ status }) => status !== 400);
    return {
      me,
      health,
      served,
      refused,
      cut,
      after,
      single,
      back,
      unlucky: me.flat().filter(({ status }) => status !== 200),
      rate: served.length / elapsed,
      alone: (1000 / single) * threads,
      reconnected: Math.max(...me.map((all) => firstAfter(all, cut.to))),
    };
  };
  type Suffered = Awaited<ReturnType<typeof suffer>>;

  const expectAnswers = ({ cut, unlucky, health, refused, after }: Suffered): void => {
    // The flood was there when the connections went.
    expect(cut.waiting ?? 0).toBeGreaterThan(0);
    // Whoever had asked the database when it hung up is told to come again, and nobody else.
    const isHit = ({ began, milliseconds }: Timed) =>
      began <= cut.to && began + milliseconds >= cut.from;
    expect(unlucky.filter((answer) => !isHit(answer) || answer.status !== 503)).toEqual([]);
    expect(health.filter(({ status }) => status !== 200)).toEqual([]);
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
    expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([]);
    expect(after.threads.most).toBe(threads);
  };
  const expectInTime = (seen: Suffered): void => {
    expect(seen.reconnected).toBeLessThanOrEqual(2000);
    for (const answers of seen.me) expect(p99(answers)).toBeLessThanOrEqual(500);
    expect(seen.after.loop.p99).toBeLessThanOrEqual(50);
    expect(seen.rate).toBeGreaterThanOrEqual(SHARE * seen.alone);
    expect(slowest(seen.refused)).toBeLessThanOrEqual(1000);
    expect(seen.back).toBeLessThanOrEqual(2 * seen.single);
  };

  it('R-16, PW-18, PW-20: a flood costs others little, and itself its answers', async () => {
    await start({ HASHER: 'bcrypt', OPTIONS });
    const messages = [await meBy('jwt'), await meBy('stored'), { path: '/health' }];
    const seconds = scale(60, 8);
    // The base is the process at the same work, for as long, without the hashes: what V8 has not
    // collected yet is that of the requests, some 100 MB of it where the machine has memory enough.
    await app.stats();
    await floodOfLogins(app, { seconds, password: unhashable });
    const base = await app.stats();

    // What else the machine does delays a process as well: of what the clock tells, the best of some
    // rounds counts.
    let seen = await suffer(messages, seconds);
    expectAnswers(seen);
    for (let round = 1; round < ROUNDS && !holds(() => expectInTime(seen)); round++) {
      seen = await suffer(messages, seconds);
      expectAnswers(seen);
    }
    const { after, me, health, refused, served, cut } = seen;
    const [byJwt = [], byStored = []] = me;
    record('R-16', `${server.name}, bcrypt`, {
      'served logins': served.length,
      'served per second': seen.rate.toFixed(1),
      'one after the other per second': seen.alone.toFixed(1),
      'answers 503': refused.length,
      'refusals, slowest ms': Math.round(slowest(refused)),
      'me (JWT) p99 ms': Math.round(p99(byJwt)),
      'me (stored) p99 ms': Math.round(p99(byStored)),
      'health p99 ms': Math.round(p99(health)),
      'waited when connections were cut': cut.waiting,
      'me cut off': seen.unlucky.length,
      'reconnected after ms': Math.round(seen.reconnected),
      'event loop p99 ms': Math.round(after.loop.p99),
      'rss grew MB': Math.round(after.peakRss - base.peakRss),
      'heap grew MB': Math.round(after.heap - base.heap),
      'single login ms': Math.round(seen.single),
      'honest login afterwards ms': Math.round(seen.back),
    });
    expectInTime(seen);
    // A bcrypt hash has 4 KB, which is nothing here.
    expect(after.peakRss).toBeLessThanOrEqual(base.peakRss + 64);
  }, 600_000);

  it('R-16: whoever is over the limit is told so within a second', async () => {
    const perAddress = { max: 1, perSeconds: 900 };
    await start({ HASHER: 'bcrypt', OPTIONS: JSON.stringify({ attemptLimits: { perAddress } }) });
    const flood = await floodOfLogins(app, { seconds: scale(15, 3) });
    const refused = flood.filter(({ status }) => status === 429);
    const others = flood.filter(({ status }) => status !== 429);
    expect(others.length).toBeLessThanOrEqual(200);
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.filter(({ retryAfter }) => !(Number(retryAfter) > 0))).toEqual([]);
    expect(slowest(refused)).toBeLessThanOrEqual(1000);
    record('R-16, over the limits', `${server.name}, bcrypt`, {
      'answers 429': refused.length,
      'slowest ms': Math.round(slowest(refused)),
    });
  });

  it('R-16, control: with a queue without bounds, the flood waits in line', async () => {
    await start({ HASHER: 'unbounded' });
    const answers = Array.from({ length: 15 * threads }, (_, n) =>
      login({ username: `n${n}@example.org`, password: 'wrong wrong' }),
    );
    expect(slowest(await Promise.all(answers))).toBeGreaterThan(2000);
  });

  it('R-16, control: where hashes fill the threads of libuv, a new connection waits for its name', async () => {
    await start({ HASHER: 'libuv' });
    const messages = [await meBy('jwt')];
    const flooding = floodOfLogins(app, { attackers: 50, seconds: 3 });
    const cutting = cutOff(2);
    const [me = []] = await steadily(app, { perSecond: 20, until: flooding }, messages);
    expect(firstAfter(me, (await cutting).to)).toBeGreaterThan(2000);
  });

  it('PW-18, control: threads are counted, and more would be seen', async () => {
    await start({ HASHER: 'greedy' });
    await floodOfLogins(app, { attackers: 12, seconds: 0.1 });
    expect((await app.stats()).threads.most).toBe(8);
  });
});

/** How long after a moment the first one succeeded that was sent after it, in milliseconds. */
function firstAfter(answers: readonly Timed[], moment: number): number {
  const ends = answers
    .filter(({ began, status }) => began > moment && status === 200)
    .map(({ began, milliseconds }) => began + milliseconds - moment);
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}

/** Whether nothing is to be said against it. */
function holds(expectations: () => void): boolean {
  try {
    expectations();
    return true;
  } catch {
    return false;
  }
}

/** The first honest login that takes no longer than it may; after five seconds, whatever it takes. */
async function soonLogin(login: () => Promise<Timed>, enough: number): Promise<number> {
  const end = performance.now() + 5000;
  for (;;) {
    const { status, milliseconds } = await login();
    if (status === 200 && milliseconds <= enough) return milliseconds;
    if (performance.now() > end) return status === 200 ? milliseconds : Number.POSITIVE_INFINITY;
  }
}
