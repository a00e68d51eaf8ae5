import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS } from '../harness/two-processes.js';

const verify = (token: string | undefined) => ({ path: '/users/verify', body: { token } });

tellTwoProcesses('Ten uses of one token', (stage) => {
  it('RS-02, RS-03: one reset wins, and its password is the one that works', async () => {
    const { two } = stage;
    const { email } = await two.newcomer();
    for (let round = 0; round < ROUNDS; round++) {
      await two.send({ method: 'POST', path: '/users/forgot-password', body: { email } });
      const { token } = await two.event('UserForgotPasswordEvent', email, round + 1);
      const passwords = Array.from({ length: 10 }, (_, index) => `new horse ${round}-${index}`);

      const answers = await two.race(
        passwords.map((password) => ({
          path: '/users/reset-password',
          body: { token, password },
        })),
      );

      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(400)]);
      const winner = passwords[answers.findIndex(({ status }) => status === 200)];
      for (const password of passwords) {
        expect((await two.login(email, password)) !== undefined).toBe(password === winner);
      }
      await two.event('UserPasswordResetEvent', email, round + 1);
    }
  });

  it('VF-02, EV-02: one verification wins, and tells', async () => {
    const { two } = stage;
    const { id, email } = await two.newcomer();
    for (let round = 0; round < ROUNDS; round++) {
      await two.users.update({ id }, { isVerified: false });
      await two.send({ method: 'POST', path: '/users/request-verify-token', body: { email } });
      const { token } = await two.event('UserVerificationRequestedEvent', email, round + 1);

      const answers = await two.race(Array.from({ length: 10 }, () => verify(token)));

      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(400)]);
      const losers = answers.filter(({ status }) => status === 400);
      expect(losers.every(({ text }) => text.includes('VERIFY_USER_ALREADY_VERIFIED'))).toBe(true);
      expect(await two.users.findOneBy({ id })).toMatchObject({ isVerified: true });
      await two.event('UserVerifiedEvent', email, round + 1);
    }
  });
});
