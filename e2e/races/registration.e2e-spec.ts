import { expect, it } from 'vitest';
import { tellTwoProcesses } from '../harness/tell-two-processes.js';
import { ROUNDS } from '../harness/two-processes.js';

/** Different spellings of one address: other letters in upper case each time. */
function spellings(email: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    [...email].map((char, at) => ((index >> (at % 4)) & 1 ? char.toUpperCase() : char)).join(''),
  );
}

const registrations = (email: string) =>
  spellings(email, 10).map((spelling, index) => ({
    path: '/users/register',
    body: { email: spelling, password: `correct horse ${index}` },
  }));

tellTwoProcesses('Ten registrations of one address', (stage) => {
  it('RG-01, EV-02: make one user and one event', async () => {
    const { two } = stage;
    for (let round = 0; round < ROUNDS; round++) {
      const email = two.newEmail();
      const answers = await two.race(registrations(email));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(400)]);
      const losers = answers.filter(({ status }) => status === 400);
      expect(losers.every(({ text }) => text.includes('REGISTER_USER_ALREADY_EXISTS'))).toBe(true);
      expect(await two.users.countBy({ canonicalEmail: email })).toBe(1);
      await two.event('UserRegisteredEvent', email);
    }
  });
});

tellTwoProcesses(
  'Ten registrations that hear nothing',
  (stage) => {
    it('RG-01, EN-06: make one user, and tell the owner of the nine others', async () => {
      const { two } = stage;
      for (let round = 0; round < ROUNDS; round++) {
        const email = two.newEmail();
        const answers = await two.race(registrations(email));
        expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
        expect(await two.users.countBy({ canonicalEmail: email })).toBe(1);
        await two.event('UserEmailClaimedEvent', email, 9);
        await two.event('UserRegisteredEvent', email);
      }
    });
  },
  { registration: 'generic' },
);
