import {
  UserLoggedInEvent,
  UserLoggedOutEvent,
  UserSessionEndedEvent,
  UserSessionsRevokedEvent,
  UserTokenRefreshedEvent,
  UserTokenReusedEvent,
} from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { newcomer } from '../harness/persona.js';
import { pairOf, refreshBackends } from '../harness/refreshing.js';
import { everyPlatform, tell } from '../harness/tell.js';

tell(
  'The life of a session',
  everyPlatform,
  (stage) => {
    it('EV-02: every step is told, with the address and the name of the client', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const from = (name: string, token?: string) => ({
        'user-agent': name,
        ...(token && { authorization: `Bearer ${token}` }),
      });
      const post = (path: string, headers: object, body?: object) =>
        host.send({ method: 'POST', path: `/users/${path}`, headers: { ...headers }, body });
      const logIn = async (name: string) => {
        const body = { username: anna.email, password: anna.password };
        return pairOf(await post('login/mobile', from(name), body))!;
      };

      const told = await host.events.during(async () => {
        const phone = await logIn('A phone');
        await post('refresh/mobile', from('A phone'), { refresh_token: phone.refresh });
        await post('refresh/mobile', from('A thief'), { refresh_token: phone.refresh });

        const tablet = await logIn('A tablet');
        await post('logout/mobile', from('A tablet', tablet.access));

        const [lost, laptop] = [await logIn('Lost'), await logIn('A laptop')];
        const list = await host.send({
          path: '/users/me/sessions',
          headers: from('A laptop', laptop.access),
        });
        const items = list.body.items as { id: string; userAgent: string }[];
        const { id } = items.find(({ userAgent }) => userAgent === 'Lost')!;
        await host.send({
          method: 'DELETE',
          path: `/users/me/sessions/${id}`,
          headers: from('A laptop', laptop.access),
        });
        expect(lost).toBeDefined();
        await post('me/sessions/revoke-others', from('A laptop', laptop.access));
      });

      expect(told.map((event) => [event.constructor, event.client.userAgent])).toEqual([
        [UserLoggedInEvent, 'A phone'],
        [UserTokenRefreshedEvent, 'A phone'],
        [UserTokenReusedEvent, 'A thief'],
        [UserLoggedInEvent, 'A tablet'],
        [UserLoggedOutEvent, 'A tablet'],
        [UserLoggedInEvent, 'Lost'],
        [UserLoggedInEvent, 'A laptop'],
        [UserSessionEndedEvent, 'A laptop'],
        [UserSessionsRevokedEvent, 'A laptop'],
      ]);
      for (const { client } of told) expect(client.address).toMatch(/127\.0\.0\.1$/);
      const ended = told.filter((event) => event instanceof UserSessionEndedEvent);
      expect(ended.map(({ session }) => session.userAgent)).toEqual(['A phone', 'Lost']);
    });
  },
  {
    backends: (store) => refreshBackends(store, { graceSeconds: 0 }),
    extras: { routes: { mySessions: true, refresh: true } },
  },
);
