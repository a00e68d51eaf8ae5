import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { UserSessionEntity } from '@nestjs-users/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../harness/client.js';
import { createSharedDatabase, type TestDatabase } from '../harness/databases.js';
import { during, type ReadTimes, readTimes } from '../harness/flood.js';
// @ts-expect-error -- plain JavaScript, which the process runs as it stands
import { Users } from '../harness/process-user.mjs';
import { AppProcess } from '../harness/processes.js';

/** What nearly all others may wait, in milliseconds, on a machine that has nothing else to do. */
const P99 = 100;

const fields = (count: number, value: string) =>
  Array.from({ length: count }, (_, n) => `"k${n}":${value}`).join();

interface Huge {
  readonly body: string | Buffer;
  readonly encoding?: string;
  readonly statuses: readonly number[];
}

const huge: Readonly<Record<string, Huge>> = {
  '2 MB': { body: `{"email":"${'a'.repeat(2e6)}"}`, statuses: [413] },
  '90 kB in one field': { body: `{"email":"${'a@'.repeat(45_000)}"}`, statuses: [422] },
  '900 fields': { body: `{${fields(900, `"${'x'.repeat(90)}"`)}}`, statuses: [422] },
  '10,000 keys': { body: `{${fields(10_000, '1')}}`, statuses: [400, 413] },
  '45,000 levels': { body: `{"x":${'['.repeat(45e3)}${']'.repeat(45e3)}}`, statuses: [400] },
  'a gzip bomb of 20 MB': {
    body: gzipSync(`{"email":"${'a'.repeat(2e7)}"}`),
    encoding: 'gzip',
    statuses: [400, 413, 415],
  },
  'bytes that are no UTF-8': { body: Buffer.alloc(90_000, 0xff), statuses: [400] },
};

describe.each(['express', 'fastify'])('While huge bodies come, on %s', (platform) => {
  const user = { email: 'reader@example.org', password: 'correct horse battery' };
  let database: TestDatabase;
  let app: AppProcess;
  let headers: Record<string, string>;
  beforeAll(async () => {
    database = await createSharedDatabase('sqlite');
    const entities = [Users as never, UserSessionEntity];
    const source = new DataSource({ ...database.options, entities, synchronize: true });
    await (await source.initialize()).destroy();
    app = await AppProcess.start(database.options, {}, undefined, { PLATFORM: platform });
    const post = (path: string, body: object) => send(app.origin, { method: 'POST', path, body });
    await post('/users/register', user);
    const login = { username: user.email, password: user.password };
    const { body } = await post('/users/login/jwt', login);
    headers = { authorization: `Bearer ${body.access_token as string}` };
  });
  afterAll(async () => {
    await app.stop();
    await database.drop();
  });

  /** A flood of registrations that honest clients would send: as much as a machine can do. */
  const honestly = async (): Promise<ReadTimes> => {
    const { password } = user;
    const headersOf = { 'content-type': 'application/json' };
    const message = { method: 'POST', path: '/users/register', headers: headersOf };
    const flood = { ...message, body: { email: user.email, password } };
    return (await during(app.origin, flood, () => readTimes(app.origin, headers))).result;
  };

  /** The best of three; what an honest flood costs stands beside a failure: others may be at work on the machine. */
  const expectServed = async (title: string, act: () => Promise<ReadTimes>): Promise<void> => {
    const failures: string[] = [];
    for (;;) {
      const { p99 } = await act();
      const told = `p99 of GET /me ${p99.toFixed(1)} ms`;
      if (p99 <= P99) {
        console.log(`${platform}, ${title}: ${told}`);
        return;
      }
      failures.push(`${told} (honest flood: ${(await honestly()).p99.toFixed(1)} ms)`);
      expect(failures.length, failures.join('; ')).toBeLessThan(3);
    }
  };

  it.each(Object.entries(huge))('IN-06: others are answered: %s', async (title, one) => {
    const { body, encoding, statuses } = one;
    const message = {
      ...{ method: 'POST', path: '/users/register', body },
      headers: {
        'content-type': 'application/json',
        ...(encoding !== undefined && { 'content-encoding': encoding }),
      },
    };
    await expectServed(title, async () => {
      const { result, answers } = await during(app.origin, message, () =>
        readTimes(app.origin, headers),
      );
      expect(answers.length).toBeGreaterThan(0);
      for (const { status } of answers) expect(statuses).toContain(status);
      return result;
    });
  });

  it('IN-06, R-25: others are answered: 200 bodies that come letter by letter', async () => {
    const { port } = new URL(app.origin);
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        'POST /users/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
          'Content-Length: 90000\r\n\r\n{"email":"',
      );
      return socket;
    });
    const drip = setInterval(() => sockets.forEach((socket) => socket.write('a')), 50);
    await expectServed('200 slow bodies', () => readTimes(app.origin, headers));
    clearInterval(drip);
    expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([]);
    for (const socket of sockets) socket.destroy();
  });
});
