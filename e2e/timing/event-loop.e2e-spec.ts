import { monitorEventLoopDelay } from 'node:perf_hooks';
import { BcryptPasswordHasher } from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { newEmail } from '../harness/leaks.js';
import { everyPlatform, tell } from '../harness/tell.js';

const workers = 1;
const bcrypt = new BcryptPasswordHasher({ rounds: 11, workers, maxQueue: 20 });

tell(
  'Hashing',
  everyPlatform.slice(0, 1),
  (stage) => {
    it('PW-19: leaves the event loop free during twenty logins', async () => {
      const login = () =>
        stage.host.send({
          method: 'POST',
          path: '/users/login/jwt',
          body: { username: newEmail(), password: 'wrong horse' },
        });
      await login();
      const delay = monitorEventLoopDelay({ resolution: 2 });
      const start = performance.now();
      delay.enable();
      const answers = await Promise.all(Array.from({ length: 20 }, login));
      delay.disable();
      const oneHash = ((performance.now() - start) * workers) / 20;
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(400));
      // On the event loop's own thread each hash would hold it up for its whole time, and in the
      // pool of libuv it would not; the rest is leave for a busy machine.
      expect(delay.max / 1e6).toBeLessThan(oneHash / 2);
      expect(delay.percentile(99) / 1e6).toBeLessThan(oneHash / 4);
    }, 60_000);
  },
  { options: { passwordHasher: bcrypt } },
);
