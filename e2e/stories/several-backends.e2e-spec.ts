import { AuthBackend, BearerTransport, JwtTokenStrategy } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { expectUnauthorized } from '../harness/errors.js';
import { SECRET, usualBackends } from '../harness/host.js';
import { newcomer, Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

/** Of the same kind and with the same secret as the first one. */
const partner = () =>
  new AuthBackend({
    name: 'partner',
    transport: new BearerTransport(),
    strategy: new JwtTokenStrategy({ secret: SECRET, lifetimeSeconds: 60 }),
  });

const tokenOf = ({ credential }: Persona): string =>
  credential['authorization']?.replace('Bearer ', '') ??
  credential['cookie']?.replace('__Host-users-cookie=', '') ??
  '';

tell(
  'Several backends',
  everySetup.filter(({ flavour }) => flavour === 'hostile'),
  (stage) => {
    const atPartner = async ({ id, email, password }: Persona): Promise<Persona> => {
      const persona = new Persona(stage.host, id, email, password, 'partner' as 'jwt');
      const answer = await persona.login();
      expect(answer.body).toMatchObject({ expires_in: 60 });
      return persona;
    };

    it('are asked in their order until one knows somebody', async () => {
      const anna = await newcomer(stage.host);
      const otto = await newcomer(stage.host, 'cookie');
      const both = { ...otto.credential, ...anna.credential };
      for (const [headers, id] of [
        [anna.credential, anna.id],
        [otto.credential, otto.id],
        [(await atPartner(anna)).credential, anna.id],
        [both, anna.id],
      ] as const) {
        const answer = await stage.host.send({ path: '/users/me', headers });
        expect(answer.body).toMatchObject({ id });
      }
    });

    it.each(['nonsense', 'a.b.c', ''])(
      'a bad token yields nobody, and the next one is asked: %j',
      async (token) => {
        const otto = await newcomer(stage.host, 'cookie');
        const headers = { ...otto.credential, authorization: `Bearer ${token}` };
        const answer = await stage.host.send({ path: '/users/me', headers });
        expect(answer.body).toMatchObject({ id: otto.id });
      },
    );

    it('somebody inactive is nobody, and the next one is asked', async () => {
      const [anna, otto] = [await newcomer(stage.host), await newcomer(stage.host, 'cookie')];
      await stage.host.users.update({ id: anna.id }, { isActive: false });
      const headers = { ...otto.credential, ...anna.credential };
      const answer = await stage.host.send({ path: '/users/me', headers });
      expect(answer.body).toMatchObject({ id: otto.id });
      await stage.host.users.update({ id: otto.id }, { isActive: false });
      expectUnauthorized(await stage.host.send({ path: '/users/me', headers }));
    });

    it('the right of the first who is known counts, not of the next', async () => {
      const anna = await newcomer(stage.host);
      const admin = await newcomer(stage.host, 'cookie', { isSuperuser: true });
      const headers = { ...admin.credential, ...anna.credential };
      expect((await stage.host.send({ path: '/users', headers })).status).toBe(403);
    });

    it('a token does nothing in the place of another backend', async () => {
      const anna = await newcomer(stage.host);
      const [otto, partnered] = [await newcomer(stage.host, 'cookie'), await atPartner(anna)];
      for (const headers of [
        { authorization: `Bearer ${tokenOf(otto)}` },
        { cookie: `__Host-users-cookie=${tokenOf(anna)}` },
        { cookie: `__Host-users-cookie=${tokenOf(partnered)}` },
        { cookie: `__Host-users-jwt=${tokenOf(anna)}; __Host-users-partner=${tokenOf(partnered)}` },
      ]) {
        const message = {
          path: '/users/me',
          headers: { ...headers, 'sec-fetch-site': 'same-origin' },
        };
        expectUnauthorized(await stage.host.send(message));
      }
    });

    describe.each(['jwt', 'partner', 'cookie'])('log out at %s', (name) => {
      it('takes that backend’s credential, and no other', async () => {
        const anna = await newcomer(stage.host);
        const people = {
          jwt: anna,
          partner: await atPartner(anna),
          cookie: await newcomer(stage.host, 'cookie'),
        };
        for (const [owner, persona] of Object.entries(people)) {
          const path = `/users/logout/${name}`;
          const { status } = await persona.send({ method: 'POST', path });
          expect([owner, status]).toEqual([owner, owner === name ? 202 : 401]);
          expect((await persona.me()).status).toBe(200);
        }
      });
    });

    it('a new password ends the credentials of all, and renews the one that was used', async () => {
      const anna = await newcomer(stage.host);
      const partnered = await atPartner(anna);
      const body = { password: `${anna.password}-new`, currentPassword: anna.password };
      const answer = await partnered.send({ method: 'PATCH', path: '/users/me', body });
      expect(answer.body).toMatchObject({ expires_in: 60 });
      expectUnauthorized(await anna.me());
      expectUnauthorized(await partnered.me());
      partnered.adopt(answer);
      expect((await partnered.me()).body).toMatchObject({ id: anna.id });
    });

    it('a refusal names each way to log in once', async () => {
      expectUnauthorized(await stage.host.send({ path: '/users/me' }), 'Bearer, Cookie');
    });
  },
  { options: { backends: [...usualBackends(), partner()] } },
);
