import { describe, expect, it } from 'vitest';
import { Host } from '../harness/host.js';
import { PausingHasher } from '../harness/pausing-hasher.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform } from '../harness/tell.js';

describe.each(everyPlatform)('An application that closes ($platform, $flavour)', (setup) => {
  it.each([
    ['right', 200],
    ['wrong', 400],
  ])(
    'R-14: answers who waits with a %s password, and keeps no connection for it',
    async (how, status) => {
      const hasher = new PausingHasher();
      const host = await Host.start(setup, { options: { passwordHasher: hasher } });
      const { email, password } = await newcomer(host);
      const resume = hasher.pause();
      const before = hasher.checks;
      const body = { username: email, password: how === 'right' ? password : 'some other one' };
      const login = host.send({ method: 'POST', path: '/users/login/jwt', body });
      while (hasher.checks === before) await new Promise(setImmediate);

      const closed = host.close();
      await new Promise(setImmediate);
      resume();
      const answer = await login;
      expect([answer.status, answer.headers['connection']]).toEqual([status, 'close']);
      await closed;
    },
  );
});
