import { AuthBackend, AuthService, UserLoggedInEvent } from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import { visible } from '../harness/client.js';
import { type Host, usualBackends } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends as names, newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const backends = usualBackends().map(
  (backend) => new AuthBackend({ ...backend, requireVerified: true }),
);

const register = (host: Host, email: string, password: string) =>
  host.send({ method: 'POST', path: '/users/register', body: { email, password } });

const login = (host: Host, backend: string, username: string, password: string) =>
  host.send({ method: 'POST', path: `/users/login/${backend}`, body: { username, password } });

tell(
  'Where registration is generic, and only verified users are served',
  everyPlatform,
  (stage) => {
    describe.each(names)('a login with %s', (backend) => {
      it('EN-06: does not tell whether the address that was just registered was taken', async () => {
        const { host } = stage;
        const otto = await newcomer(host, backend, { isVerified: true });
        const [email, password] = [newEmail(), newPassword()];
        const [taken, free] = [
          await register(host, otto.email, password),
          await register(host, email, password),
        ].map(visible);
        expect(taken).toMatchObject({ status: 202, text: '' });
        expect(free).toEqual(taken);

        const [refused, ...others] = [
          await login(host, backend, otto.email, password),
          await login(host, backend, email, password),
          await login(host, backend, newEmail(), password),
        ].map(visible);
        const text = expect.stringContaining('LOGIN_BAD_CREDENTIALS') as unknown;
        expect(refused).toMatchObject({ status: 400, text });
        expect(others).toEqual([refused, refused]);
      });

      it('VF-09: works once the address is verified', async () => {
        const { host } = stage;
        const [email, password] = [newEmail(), newPassword()];
        await register(host, email, password);
        expect((await login(host, backend, email, password)).status).toBe(400);
        await host.send({ method: 'POST', path: '/users/request-verify-token', body: { email } });
        const [token] = await host.events.verificationTokens(email);
        await host.send({ method: 'POST', path: '/users/verify', body: { token } });
        const events = await host.events.during(async () => {
          expect((await login(host, backend, email, password)).status).toBeLessThan(300);
        });
        expect(events).toEqual([expect.any(UserLoggedInEvent)]);
      });
    });

    it('EN-06: nor does a login by code', async () => {
      const { host } = stage;
      const [email, password] = [newEmail(), newPassword()];
      await host.users.create({ email, password });
      const user = await host.users.authenticate(email, password);
      if (!user) throw new Error('The password is right.');
      const auth = host.app.get(AuthService);
      await expect(auth.login(user, 'jwt')).rejects.toMatchObject({
        code: 'LOGIN_BAD_CREDENTIALS',
      });
      const isVerifiedOnly = true;
      host.hasher.reset();
      expect(await host.users.authenticate(email, password, { isVerifiedOnly })).toBeNull();
      expect([host.hasher.verifications, host.hasher.hashes]).toEqual([1, 0]);
    });
  },
  { extras: { registration: 'generic' }, options: { backends } },
);
