import { Controller, Get } from '@nestjs/common';
import {
  AuthBackend,
  Authenticated,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  StoredTokenStrategy as KeptTokenStrategy,
} from '@nestjs-users/core';
import { MemoryTokenStore } from '@nestjs-users/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Door, backendDoor, bearerHeader, mailDoors, opens } from '../harness/doors.js';
import { CONFIRMED } from '../harness/email-change.js';
import { SECRET, usualBackends } from '../harness/host.js';
import { refreshDoor } from '../harness/all-backends.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { refreshing } from '../harness/refreshing.js';
import { storedBackend, StoredTokenStrategy } from '../harness/stored-tokens.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** A door for each backend, which no other backend may open. */
@Controller('doors')
class DoorsController {
  @Get('jwt')
  @Authenticated({ backends: ['jwt'] })
  jwt(): void {}

  @Get('partner')
  @Authenticated({ backends: ['partner'] })
  partner(): void {}

  @Get('cookie')
  @Authenticated({ backends: ['cookie'] })
  cookie(): void {}

  @Get('admin')
  @Authenticated({ backends: ['admin'] })
  admin(): void {}

  @Get('opaque')
  @Authenticated({ backends: ['opaque'] })
  opaque(): void {}

  @Get('session')
  @Authenticated({ backends: ['session'] })
  session(): void {}

  @Get('mobile')
  @Authenticated({ backends: ['mobile'] })
  mobile(): void {}

  @Get('web')
  @Authenticated({ backends: ['web'] })
  web(): void {}

  @Get('listed')
  @Authenticated({ backends: ['listed'] })
  listed(): void {}

  @Get('kept')
  @Authenticated({ backends: ['kept'] })
  kept(): void {}
}

const cookieHeader = (backend: string) => (token: string) => ({
  cookie: `__Host-users-${backend}=${token}`,
});
const tokens = new StoredTokenStrategy();
const strategy = new JwtTokenStrategy({ secret: SECRET });
const store = new MemoryTokenStore();
const listed = new JwtTokenStrategy({ secret: SECRET, store });
const opaque = new KeptTokenStrategy({ store });
// A grace for as long as the story takes: a token that is shown twice was not stolen.
const renewed = new JwtTokenStrategy({ secret: SECRET, store, refresh: { graceSeconds: 600 } });

const bearers = ['jwt', 'partner', 'opaque', 'kept', 'listed', 'mobile'];
const cookies = ['cookie', 'admin', 'session', 'web'];

const backendKinds: readonly Door[] = [
  ...bearers.map((name) => backendDoor(name, bearerHeader, `/doors/${name}`)),
  ...cookies.map((name) => backendDoor(name, cookieHeader(name), `/doors/${name}`)),
];

/** Every kind of token that there is, with one secret or one store for all. */
const kinds: readonly Door[] = [
  ...backendKinds,
  ...refreshing.map((name) => refreshDoor(name)),
  ...mailDoors,
];

tell(
  'Kinds of tokens',
  everyPlatform,
  (stage) => {
    const genuine = new Map<string, string>();
    let persona: Persona;
    beforeAll(async () => {
      persona = await newcomer(stage.host);
      for (const kind of kinds) genuine.set(kind.name, await kind.genuine(persona));
    });

    it('RS-12: control: there are sixteen kinds, and all tokens differ', () => {
      expect(new Set(genuine.values()).size).toBe(16);
    });

    describe.each(kinds)('at the door of $name', (door) => {
      it.each(kinds)('RS-12: a token of $name', async ({ name }) => {
        expect(await opens(door, stage.host, genuine.get(name)!)).toBe(name === door.name);
      });
    });

    it.each(backendKinds)(
      'TK-06, RS-12: at the logout of $name a token of another kind ends nothing',
      async ({ name }) => {
        for (const [kind, token] of genuine) {
          if (kind === name) continue;
          const headers = {
            ...bearerHeader(token),
            ...cookieHeader(name)(token),
            'sec-fetch-site': 'same-origin',
          };
          const path = `/users/logout/${name}`;
          const answer = await stage.host.send({ method: 'POST', path, headers });
          expect(answer.status, kind).toBe(401);
        }
        for (const door of kinds) {
          expect(await opens(door, stage.host, genuine.get(door.name)!), door.name).toBe(true);
        }
      },
    );

    it('RS-12: all at once, each in each place, a token does no more than its own', async () => {
      for (const [kind, token] of genuine) {
        const headers = {
          ...bearerHeader(token),
          cookie: cookies.map((name) => cookieHeader(name)(token).cookie).join('; '),
        };
        const answers = await Promise.all(
          backendKinds.map(async ({ name }) => {
            const { status } = await stage.host.send({ path: `/doors/${name}`, headers });
            return [name, status] as const;
          }),
        );
        expect(Object.fromEntries(answers)).toEqual(
          Object.fromEntries(answers.map(([name]) => [name, name === kind ? 200 : 401])),
        );
      }
    });
  },
  {
    controllers: [DoorsController],
    extras: { ...CONFIRMED.extras, routes: { refresh: true } },
    options: {
      ...CONFIRMED.options,
      backends: [
        ...usualBackends(),
        new AuthBackend({ name: 'partner', transport: new BearerTransport(), strategy }),
        new AuthBackend({ name: 'admin', transport: new CookieTransport(), strategy }),
        new AuthBackend({ name: 'listed', transport: new BearerTransport(), strategy: listed }),
        new AuthBackend({ name: 'mobile', transport: new BearerTransport(), strategy: renewed }),
        new AuthBackend({ name: 'web', transport: new CookieTransport(), strategy: renewed }),
        new AuthBackend({ name: 'kept', transport: new BearerTransport(), strategy: opaque }),
        storedBackend('opaque', 'bearer', tokens),
        storedBackend('session', 'cookie', tokens),
      ],
    },
  },
);
