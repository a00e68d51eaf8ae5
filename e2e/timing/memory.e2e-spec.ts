import { Argon2PasswordHasher } from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { newEmail } from '../harness/leaks.js';
import { everyPlatform, tell } from '../harness/tell.js';

const MIB = 2 ** 20;
const workers = 2;
const memoryKiB = 19_456;
const argon2 = new Argon2PasswordHasher({ memoryKiB, workers, maxQueue: 200 });

tell(
  'Hashing with Argon2id',
  everyPlatform.slice(0, 1),
  (stage) => {
    it('PW-20: takes no more memory for 200 logins at once than for one in each thread', async () => {
      const login = () =>
        stage.host.send({
          method: 'POST',
          path: '/users/login/jwt',
          body: { username: newEmail(), password: 'wrong horse' },
        });
      // The threads are there, and have loaded what they need.
      await Promise.all(Array.from({ length: 20 }, login));
      const base = process.memoryUsage.rss();
      let peak = base;
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 2);
      const answers = await Promise.all(Array.from({ length: 200 }, login));
      clearInterval(watch);
      expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(400));
      console.log(
        `RSS: ${Math.round(base / MIB)} MiB before, at most ${Math.round(peak / MIB)} MiB.`,
      );
      expect(peak).toBeLessThanOrEqual(base + workers * memoryKiB * 1024 + 64 * MIB);
    }, 60_000);
  },
  { options: { passwordHasher: argon2 } },
);
