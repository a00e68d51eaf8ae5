import { Authenticated, UsersModule } from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { afterEach, describe, expect, it } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';
import { tokenOf } from '../harness/doors.js';
import { FrailTokenStore } from '../harness/frail-token-store.js';
import { newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { sessionBackends } from '../harness/session-backends.js';
import {
  gatewayFor,
  type Handshake,
  Refused,
  type SocketKind,
  type SocketPersona,
  socketKinds,
} from '../harness/sockets.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');
const ORIGIN = 'https://app.example.org';

const open = new Set<SocketPersona>();
afterEach(() => {
  for (const socket of open) socket.close();
  open.clear();
});

async function connect(kind: SocketKind, origin: string, handshake: Handshake = {}) {
  const socket = await kind.connect(origin, handshake);
  open.add(socket);
  return socket;
}

async function refused(kind: SocketKind, origin: string, handshake: Handshake = {}) {
  const error = await connect(kind, origin, handshake).catch((reason: unknown) => reason);
  if (error instanceof Refused) return error.answer;
  throw new Error(`not refused: ${String(error)}`);
}

const bearer = async (persona: Persona, backend = 'jwt') => ({
  headers: { authorization: `Bearer ${await tokenOf(persona, backend)}` },
});

describe.each(socketKinds)('Sockets of $name', (kind) => {
  const store = new FrailTokenStore();
  tell(
    'A gateway for users',
    bare,
    (stage) => {
      it('lets users in, and knows who they are', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const socket = await connect(kind, host.origin, await bearer(anna));
        expect(await socket.ask('who')).toBe(anna.email);
        expect(await socket.ask('secret')).toMatchObject({ statusCode: 403, code: 'FORBIDDEN' });
        expect(await socket.ask('who')).toBe(anna.email);
      });

      it('CF-04: lets nobody else in, at the handshake already', async () => {
        const { host } = stage;
        const gone = await newcomer(host);
        const credential = await bearer(gone);
        await host.users.update({ id: gone.id }, { isActive: false });
        for (const handshake of [
          {},
          { headers: { authorization: 'Bearer nonsense' } },
          credential,
        ]) {
          const answer = await refused(kind, host.origin, handshake);
          expect(answer).toMatchObject(kind.refusal(401, 'UNAUTHORIZED') as object);
        }
      });

      it('CK-02: a page of another site cannot open a socket with the cookie', async () => {
        const { host } = stage;
        const anna = await newcomer(host, 'cookie');
        const { cookie = '' } = anna.credential;
        const hostile: Record<string, string>[] = [
          { cookie },
          { cookie, origin: 'https://evil.example' },
          { cookie, origin: 'null' },
          { cookie, origin: host.origin.replace(/\d+$/, '1') },
          { cookie, origin: host.origin, 'sec-fetch-site': 'same-site' },
          { cookie, origin: ORIGIN.replace('https', 'http') },
          { cookie, 'sec-fetch-site': 'cross-site' },
        ];
        for (const headers of hostile) {
          const answer = await refused(kind, host.origin, { headers });
          expect(answer).toMatchObject(kind.refusal(403, 'CSRF_REJECTED') as object);
        }
        const own: Record<string, string>[] = [
          { cookie, origin: ORIGIN },
          // What Chromium sends with a page of this very host.
          { cookie, origin: host.origin },
          { cookie, 'sec-fetch-site': 'same-origin' },
        ];
        for (const headers of own) {
          const socket = await connect(kind, host.origin, { headers });
          expect(await socket.ask('who')).toBe(anna.email);
        }
      });

      it.each([
        [
          'logs out',
          (anna: Persona) => anna.send({ method: 'POST', path: '/users/logout/opaque' }),
        ],
        [
          'ends the session in the list',
          async (anna: Persona) => {
            const { body } = await anna.send({ path: '/users/me/sessions' });
            const { id } = body.items.find((item: { isCurrent: boolean }) => item.isCurrent);
            await anna.send({ method: 'DELETE', path: `/users/me/sessions/${id}` });
          },
        ],
        ['logs out everywhere', ({ host, id }: Persona) => host.users.revokeCredentials({ id })],
        [
          'changes the password',
          ({ host, id }: Persona) => host.users.update({ id }, { password: newPassword() }),
        ],
        [
          'is deactivated',
          ({ host, id }: Persona) => host.users.update({ id }, { isActive: false }),
        ],
        ['is deleted', ({ host, id }: Persona) => host.users.delete({ id })],
      ])('LG-09: whoever %s is out at once, on this socket and no other', async (_title, act) => {
        const { host } = stage;
        const [anna, ben] = [await newcomer(host, 'opaque'), await newcomer(host, 'opaque')];
        const socket = await connect(kind, host.origin, { headers: anna.credential });
        const others = await connect(kind, host.origin, { headers: ben.credential });
        await act(anna);
        expect(await socket.closed).toMatchObject(kind.end('UNAUTHORIZED') as object);
        expect(await others.ask('who')).toBe(ben.email);
      });

      it('LG-09: another session of the same user goes on', async () => {
        const { host } = stage;
        const anna = await newcomer(host, 'opaque');
        const phone = await connect(kind, host.origin, await bearer(anna, 'opaque'));
        const laptop = await connect(kind, host.origin, { headers: anna.credential });
        await anna.send({ method: 'POST', path: '/users/logout/opaque' });
        await laptop.closed;
        expect(await phone.ask('who')).toBe(anna.email);
      });

      it('LG-11: what another process has ended, the next message hears at once', async () => {
        const { host } = stage;
        const anna = await newcomer(host, 'opaque');
        const socket = await connect(kind, host.origin, { headers: anna.credential });
        await endUnheard(anna);
        expect(await socket.ask('who')).toMatchObject({ statusCode: 401, code: 'UNAUTHORIZED' });
      });

      it('LG-11: and a silent socket closes at the next look', async () => {
        const { host } = stage;
        const anna = await newcomer(host, 'opaque');
        const socket = await connect(kind, host.origin, { headers: anna.credential });
        await endUnheard(anna);
        expect(await socket.closed).toMatchObject(kind.end('UNAUTHORIZED') as object);
      });

      it('TK-17: while the store is away nobody gets in, and nobody is thrown out', async () => {
        const { host } = stage;
        const anna = await newcomer(host, 'opaque');
        const socket = await connect(kind, host.origin, { headers: anna.credential });
        store.isAway = true;
        const answer = await refused(kind, host.origin, { headers: anna.credential });
        expect(answer).toMatchObject(kind.refusal(503, 'SERVICE_UNAVAILABLE') as object);
        expect(await socket.ask('who')).toMatchObject({ statusCode: 503 });
        await new Promise((resolve) => {
          setTimeout(resolve, 1500);
        });
        store.isAway = false;
        expect(socket.isOpen).toBe(true);
        expect(await socket.ask('who')).toBe(anna.email);
      });

      /** As another process would: without an event in this one. */
      async function endUnheard({ id }: Persona): Promise<void> {
        const tokens = await store.list(id, new Date());
        await store.delete(
          id,
          tokens.map((token) => token.id),
        );
      }
    },
    {
      backends: () => sessionBackends(store),
      store,
      extras: { routes: { mySessions: true } },
      providers: [gatewayFor({}, 1)],
      configure: (app) => kind.adapt(app),
    },
  );

  tell(
    'A gateway for superusers',
    bare.slice(0, 1),
    (stage) => {
      it('AC-05: whoever loses the right loses the socket', async () => {
        const { host } = stage;
        await newcomer(host, 'jwt', { isSuperuser: true });
        const admin = await newcomer(host, 'jwt', { isSuperuser: true });
        const socket = await connect(kind, host.origin, await bearer(admin));
        expect(await socket.ask('secret')).toBe('secret');
        await host.users.update({ id: admin.id }, { isSuperuser: false });
        expect(await socket.closed).toMatchObject(kind.end('FORBIDDEN') as object);
        const answer = await refused(kind, host.origin, await bearer(admin));
        expect(answer).toMatchObject(kind.refusal(403, 'FORBIDDEN') as object);
      });
    },
    { providers: [gatewayFor({ superuser: true })], configure: (app) => kind.adapt(app) },
  );

  tell(
    'A gateway for everybody',
    bare.slice(1),
    (stage) => {
      it('lets strangers in, and users out when their session ends', async () => {
        const { host } = stage;
        const anna = await newcomer(host);
        const stranger = await connect(kind, host.origin);
        const socket = await connect(kind, host.origin, await bearer(anna));
        expect(await stranger.ask('who')).toBe('nobody');
        expect(await stranger.ask('secret')).toMatchObject({ statusCode: 401 });
        expect(await socket.ask('who')).toBe(anna.email);
        await host.users.revokeCredentials({ id: anna.id });
        expect(await socket.closed).toMatchObject(kind.end('UNAUTHORIZED') as object);
        expect(await stranger.ask('who')).toBe('nobody');
      });
    },
    { providers: [gatewayFor({ optional: true })], configure: (app) => kind.adapt(app) },
  );
});

tell(
  'A gateway of Socket.IO',
  bare,
  (stage) => {
    it('takes the token that a page gives, which cannot set headers', async () => {
      const [kind] = socketKinds as [SocketKind];
      const { host } = stage;
      const anna = await newcomer(host);
      const token = await tokenOf(anna, 'jwt');
      const socket = await connect(kind, host.origin, { auth: { token } });
      expect(await socket.ask('who')).toBe(anna.email);
      const answer = await refused(kind, host.origin, { auth: { token: 'nonsense' } });
      expect(answer).toMatchObject({ code: 'UNAUTHORIZED' });
    });
  },
  { providers: [gatewayFor({})], configure: (app) => socketKinds[0]?.adapt(app) },
);

describe('A gateway whose handshakes nobody guards', () => {
  @WebSocketGateway()
  @Authenticated()
  class OpenGateway {
    @SubscribeMessage('who')
    who(): void {}
  }

  @WebSocketGateway()
  class PublicGateway {
    @SubscribeMessage('who')
    who(): void {}
  }

  const module = () =>
    UsersModule.forRoot({ ...goodOptions(), adapter: new MemoryUserAdapter() as never });

  it('CF-04: does not boot, and hears what to write', async () => {
    const start = boot({ imports: [module()], providers: [OpenGateway] });
    await expect(start).rejects.toThrow(
      /OpenGateway has @Authenticated\(\).*protect\(server, this\)/s,
    );
  });

  it('boots where it demands nobody', async () => {
    await (await boot({ imports: [module()], providers: [PublicGateway] })).close();
  });
});
