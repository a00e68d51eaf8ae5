import { UserEmailClaimedEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { visible } from '../harness/client.js';
import { askFor, changesOf } from '../harness/email-change.js';
import { newEmail } from '../harness/leaks.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

/** Everything that somebody is told who asks for an address: now, and on a later look. */
async function toldOf(asker: Persona, email: string): Promise<unknown> {
  const answer = visible(await askFor(asker, email));
  const me = visible(await asker.me());
  const exported = (await asker.send({ path: '/users/me/export' })).body.user as object;
  expect(exported).toMatchObject({ pendingEmail: email });
  return { answer, me, exported: { ...exported, pendingEmail: 'either', updatedAt: 'either' } };
}

tell(
  'A change of address where nobody hears who has an account',
  everySetup,
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it('EN-07: looks the same for a free, a taken and an inactive address', async () => {
        const { host } = stage;
        const eve = await newcomer(host, backend);
        const otto = await newcomer(host, 'jwt', { isVerified: true });
        const inactive = await newcomer(host, 'jwt', { isActive: false });
        const told: unknown[] = [];
        for (const email of [newEmail('Free'), otto.email, inactive.email]) {
          told.push(await toldOf(eve, email));
        }
        expect(told[1]).toEqual(told[0]);
        expect(told[2]).toEqual(told[0]);
      });
    });

    it('EN-07: the owner of a taken address hears of it, and nobody gets a token', async () => {
      const { host } = stage;
      const eve = await newcomer(host);
      const otto = await newcomer(host, 'cookie');
      const before = await host.row({ id: otto.id });
      const events = await host.events.during(() => askFor(eve, otto.email.toUpperCase()));
      expect(events).toEqual([expect.any(UserEmailClaimedEvent)]);
      expect(events[0]).toMatchObject({ user: { email: otto.email } });
      expect(await changesOf(eve)).toEqual([]);
      expect(await host.row({ id: otto.id })).toEqual(before);
    });

    it('EN-07: nobody hears of an inactive one', async () => {
      const { host } = stage;
      const eve = await newcomer(host);
      const inactive = await newcomer(host, 'jwt', { isActive: false });
      expect(await host.events.during(() => askFor(eve, inactive.email))).toEqual([]);
    });

    it('EN-07: what was asked for in vain does not come true when the owner leaves', async () => {
      const { host } = stage;
      const eve = await newcomer(host);
      const otto = await newcomer(host);
      await host.events.during(() => askFor(eve, otto.email));
      await host.users.delete({ id: otto.id });
      expect((await eve.me()).body).toMatchObject({ email: eve.email });
      expect(await changesOf(eve)).toEqual([]);
      await askFor(eve, otto.email);
      expect(await changesOf(eve)).toEqual([expect.objectContaining({ newEmail: otto.email })]);
    });
  },
  {
    extras: { registration: 'generic', routes: { exportMe: true } },
    options: { mailLimit: false },
  },
);
