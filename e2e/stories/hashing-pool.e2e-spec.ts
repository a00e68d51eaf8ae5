import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { BcryptPasswordHasher } from '@nestjs-users/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** The threads of this process, as they start; so many of the next ones die at once. */
const threads: Worker[] = [];
/** When one last began to work. */
let startedAt = Number.NaN;
let doomed = 0;
const watch = (worker: Worker): void => {
  threads.push(worker);
  worker.once('online', () => {
    startedAt = performance.now();
  });
  if (doomed-- > 0) void worker.terminate();
};
beforeAll(() => void process.on('worker', watch));
afterAll(() => void process.off('worker', watch));

/** One thread, where a hash takes long enough to look at what happens meanwhile. */
const bcrypt = new BcryptPasswordHasher({ rounds: 10, workers: 1, maxQueue: 8 });

tell(
  'The threads of the hasher',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    const login = (username = newEmail(), password = 'wrong horse'): Promise<Answer> =>
      stage.host.send({ method: 'POST', path: '/users/login/jwt', body: { username, password } });

    // Lets a thread start, so that stories do not depend on it.
    beforeEach(async () => {
      doomed = 0;
      await login();
    });

    it('PW-18: a full queue is 503 with Retry-After, for everybody alike', async () => {
      const persona = await newcomer(stage.host);
      const whose = Array.from({ length: 20 }, (_, index) =>
        index % 2 ? persona.email : newEmail(),
      );
      const answers = await Promise.all(whose.map((email) => login(email)));
      const full = answers.filter(({ status }) => status === 503);
      const judged = answers.filter(({ status }) => status === 400);
      // One at work and eight that wait; whoever comes when one has ended may find a place.
      expect(judged.length).toBeGreaterThanOrEqual(9);
      expect(full.length).toBeGreaterThan(0);
      expect(full.length + judged.length).toBe(20);
      expect(new Set(full.map(({ text }) => text)).size).toBe(1);
      for (const { body, headers, cookies } of full) {
        expect(body).toMatchObject({ code: 'SERVICE_UNAVAILABLE', statusCode: 503 });
        expect(headers['retry-after']).toBe('2');
        expect(cookies).toEqual([]);
      }
      expect((await persona.login()).status).toBe(200);
    });

    it('PW-18: whoever is turned away has changed nothing', async () => {
      const emails = Array.from({ length: 20 }, () => newEmail());
      const { host } = stage;
      let answers: Answer[] = [];
      const events = await host.events.during(async () => {
        answers = await Promise.all(
          emails.map((email) =>
            host.send({
              method: 'POST',
              path: '/users/register',
              body: { email, password: newPassword() },
            }),
          ),
        );
      });
      for (const [index, { status }] of answers.entries()) {
        const row = await host.row({ canonicalEmail: emails[index] as string });
        expect([status, row !== null]).toEqual(status === 503 ? [503, false] : [201, true]);
      }
      const registered = answers.filter(({ status }) => status === 201);
      expect(registered.length).toBeLessThan(20);
      expect(events).toHaveLength(registered.length);
    });

    it('PW-19, R-06: other requests do not wait for hashes', async () => {
      const persona = await newcomer(stage.host);
      let ended = 0;
      const logins = Array.from({ length: 9 }, async () => {
        await login();
        ended++;
      });
      for (let count = 0; count < 20; count++) expect((await persona.me()).status).toBe(200);
      // On the event loop's own thread, all hashes would be done before the second answer.
      expect(ended).toBeLessThan(9);
      await Promise.all(logins);
    });

    it('R-27: a thread that dies costs its work a 503, and is replaced within a second', async () => {
      const persona = await newcomer(stage.host);
      const before = threads.length;
      const pending = Array.from({ length: 6 }, () => login(persona.email, persona.password));
      await sleep(20);
      const diedAt = performance.now();
      await threads.at(-1)?.terminate();
      const statuses = (await Promise.all(pending)).map(({ status }) => status);
      expect(statuses).toContain(503);
      expect(statuses.filter((status) => status !== 503 && status !== 200)).toEqual([]);
      expect((await persona.login()).status).toBe(200);
      expect(threads.length).toBeGreaterThan(before);
      expect(startedAt - diedAt).toBeGreaterThan(0);
      expect(startedAt - diedAt).toBeLessThanOrEqual(1000);
    });

    it('R-27: threads that cannot start are a 503 too, as long as it lasts', async () => {
      const persona = await newcomer(stage.host);
      doomed = Number.POSITIVE_INFINITY;
      await threads.at(-1)?.terminate();
      for (let count = 0; count < 4; count++) {
        const { status, headers } = await persona.login();
        expect([status, headers['retry-after']]).toEqual([503, '1']);
      }
      doomed = 0;
      await expect.poll(async () => (await persona.login()).status).toBe(200);
    });

    it('R-27: a thread that fails while it has no work does not end the process', async () => {
      const persona = await newcomer(stage.host);
      // As Node does it when a thread is out of memory.
      threads.at(-1)?.emit('error', new Error('out of memory'));
      await expect.poll(async () => (await persona.login()).status).toBe(200);
      expect(stage.host.log.join('\n')).toContain('A hashing worker failed: out of memory');
    });
  },
  { options: { passwordHasher: bcrypt } },
);
