import {
  AuthBackend,
  BearerTransport,
  BeforeUserRegister,
  BeforeUserRegisterEvent,
  JwtTokenStrategy,
  UserEmailClaimedEvent,
  UserRegisteredEvent,
  UsersModule,
  type UsersModuleExtras,
  UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { ForbiddenException, Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';
import { visible } from '../harness/client.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { SECRET } from '../harness/host.js';
import { newcomer, Persona } from '../harness/persona.js';
import { register } from '../harness/registration.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';

const OPEN = { options: { mailLimit: false } } as const;

tell(
  'Registration that tells who has an account',
  everySetup,
  (stage) => {
    it('RG-13: refuses a taken address, and leaves its account as it is', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const before = await host.row({ id: anna.id });
      const events = await host.events.during(async () => {
        for (const email of [anna.email, anna.email.toUpperCase()]) {
          const answer = await register(host, { email, firstName: 'Eve' });
          expectError(answer, 400, 'REGISTER_USER_ALREADY_EXISTS');
        }
      });
      expect(events).toEqual([]);
      expect(await host.row({ id: anna.id })).toEqual(before);
      expect((await anna.login()).status).toBe(200);
    });
  },
  OPEN,
);

tell(
  'Registration that tells nobody who has an account',
  everySetup,
  (stage) => {
    it('EN-06, EN-10: answers the same to a new, a taken and an inactive address', async () => {
      const { host } = stage;
      const anna = await newcomer(host, 'jwt', { isVerified: true });
      const unproven = await newcomer(host);
      const inactive = await newcomer(host, 'jwt', { isActive: false });
      const answers: string[] = [];
      for (const email of [newEmail(), anna.email, unproven.email, inactive.email]) {
        host.hasher.reset();
        answers.push(JSON.stringify(visible(await register(host, { email }))));
        expect(host.hasher.calls, 'the work is the same, too').toBe(1);
      }
      expect(new Set(answers).size).toBe(1);
      expect(JSON.parse(answers[0]!)).toMatchObject({ status: 202, text: '' });
    });

    it('EN-06: creates the account of a new address, which works', async () => {
      const { host } = stage;
      const [email, password] = [newEmail(), newPassword()];
      const events = await host.events.during(async () => {
        expect((await register(host, { email, password, firstName: 'Anna' })).status).toBe(202);
      });
      expect(events).toEqual([expect.any(UserRegisteredEvent)]);
      const row = await host.row({ canonicalEmail: email });
      expect(row).toMatchObject({ email, firstName: 'Anna', isVerified: false });
      expect(events[0]).toMatchObject({ user: { id: row?.id } });
      const anna = new Persona(host, row?.id ?? '', email, password, 'jwt');
      expect((await anna.login()).status).toBe(200);
    });

    it('EN-06: tells the owner of a taken address, and nobody who is inactive', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const inactive = await newcomer(host, 'jwt', { isActive: false });
      const events = await host.events.during(async () => {
        await register(host, { email: anna.email.toUpperCase() });
        await register(host, { email: inactive.email });
      });
      expect(events).toEqual([expect.any(UserEmailClaimedEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id, email: anna.email } });
      expect(events[0]?.request?.url).toBe('/users/register');
    });

    it.each([{ isVerified: false }, { isVerified: true }])(
      'RG-13: a second registration changes nothing of the first one (%j)',
      async (rights) => {
        const { host } = stage;
        const anna = await newcomer(host, 'jwt', rights);
        const before = await host.row({ id: anna.id });
        const password = newPassword();
        await register(host, { email: anna.email, password, firstName: 'Eve' });
        expect(await host.row({ id: anna.id })).toEqual(before);
        expect(await host.stored().where({ canonicalEmail: anna.email }).getCount()).toBe(1);
        expect((await anna.me()).status).toBe(200);
        expectError(await anna.login(password), 400, 'LOGIN_BAD_CREDENTIALS');
        expect((await anna.login()).status).toBe(200);
      },
    );

    it('EN-06: refuses what is wrong with the input, whosever address it is', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      for (const email of [newEmail(), anna.email]) {
        const weak = await register(host, { email, password: 'password1' });
        expectError(weak, 400, 'REGISTER_INVALID_PASSWORD', { reason: expect.any(String) });
        expectInvalid(await register(host, { email, firstName: 5 }), 'firstName');
      }
      expectInvalid(await register(host, { email: 'nobody' }), 'email');
    });

    it('code that registers hears no more than a client; code that creates hears all', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const password = newPassword();
      expect(await host.users.register({ email: anna.email, password })).toBeNull();
      expect(await host.users.register({ email: newEmail(), password })).toBeNull();
      await expect(host.users.create({ email: anna.email, password })).rejects.toMatchObject({
        code: 'REGISTER_USER_ALREADY_EXISTS',
      });
    });
  },
  { ...OPEN, extras: { registration: 'generic' } },
);

tell(
  'Registration that tells nobody, with a mail that proves the address',
  everyPlatform,
  (stage) => {
    it('EN-06: sends it to a new address alone', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const events = await host.events.during(async () => {
        await register(host, { email: anna.email });
        await register(host);
      });
      expect(events.map(({ constructor }) => constructor).toSorted(byName)).toEqual([
        UserEmailClaimedEvent,
        UserRegisteredEvent,
        UserVerificationRequestedEvent,
      ]);
    });
  },
  {
    options: { ...OPEN.options, requestVerificationOnRegister: true },
    extras: { registration: 'generic' },
  },
);

const byName = (a: Function, b: Function): number => a.name.localeCompare(b.name);

tell(
  'Registration that is closed',
  everyPlatform,
  (stage) => {
    it('RG-14: has no route', async () => {
      const { host } = stage;
      const answer = await register(host);
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ statusCode: 404, error: 'Not Found' });
      expect(await host.stored().getCount()).toBe(0);
    });

    it('RG-14: leaves it to code to make users', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      expect((await anna.me()).status).toBe(200);
      const email = newEmail();
      const user = await host.users.register({ email, password: newPassword() });
      expect(user).toMatchObject({ email, isSuperuser: false });
    });
  },
  { extras: { registration: 'closed' } },
);

/** Lets in who has an invitation, and takes the address and the name out of it. */
@Injectable()
class Invitations {
  static readonly open = new Map<string, string>();

  @BeforeUserRegister()
  async admit({ input, request }: BeforeUserRegisterEvent): Promise<void> {
    if (!request) return;
    const invited = Invitations.open.get(String(request.headers['x-invitation']));
    if (invited === undefined) {
      throw new ForbiddenException({ message: 'Ask for an invitation.', code: 'NOT_INVITED' });
    }
    Object.assign(input, { email: invited, firstName: 'Guest' });
  }
}

tell(
  'Registration by invitation',
  everySetup.filter(({ flavour }) => flavour === 'hostile'),
  (stage) => {
    it('is refused by what the listener throws, and nobody is created', async () => {
      const { host } = stage;
      const email = newEmail();
      host.hasher.reset();
      const answer = await register(host, { email });
      expect(answer.status).toBe(403);
      expect(answer.body).toEqual({ message: 'Ask for an invitation.', code: 'NOT_INVITED' });
      expect(await host.row({ canonicalEmail: email })).toBeNull();
      expect(host.hasher.calls, 'before the hash').toBe(0);
    });

    it('creates whom the listener names', async () => {
      const { host } = stage;
      const [code, invited] = [newPassword(), newEmail('Invited')];
      Invitations.open.set(code, invited);
      const answer = await host.send({
        method: 'POST',
        path: '/users/register',
        headers: { 'x-invitation': code },
        body: { email: newEmail('other'), password: newPassword() },
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ email: invited, firstName: 'Guest', isVerified: false });
      const row = await host.row({ canonicalEmail: invited.toLowerCase() });
      expect(row).toMatchObject({ email: invited, firstName: 'Guest' });
    });
  },
  { providers: [Invitations] },
);

describe('A module whose modes do not fit together', () => {
  const cases: readonly [string, object, RegExp][] = [
    [
      'generic registration and an instant change of address',
      { registration: 'generic', emailChange: 'instant' },
      /Write emailChange: 'confirmed'/,
    ],
    ['an unknown mode', { registration: 'open' }, /registration must be one of 'explicit'/],
    ['an unknown change', { emailChange: true }, /emailChange must be one of 'instant'/],
  ];

  it.each(cases)('CF-01: does not boot: %s', async (_title, extras, remedy) => {
    await expect(
      (async () =>
        boot({
          imports: [
            UsersModule.forRoot({
              ...goodOptions(),
              ...(extras as UsersModuleExtras),
              adapter: new MemoryUserAdapter(),
            }),
          ],
        }))(),
    ).rejects.toThrow(remedy);
  });
});

describe('A generic registration', () => {
  const backend = (name: string, requireVerified: boolean) =>
    new AuthBackend({
      name,
      transport: new BearerTransport(),
      strategy: new JwtTokenStrategy({ secret: SECRET }),
      requireVerified,
    });

  async function warningsOf(extras: UsersModuleExtras, ...backends: AuthBackend[]) {
    const warnings: string[] = [];
    const app = await boot(
      {
        imports: [
          UsersModule.forRoot({
            ...goodOptions({ backends }),
            ...extras,
            adapter: new MemoryUserAdapter(),
          }),
        ],
      },
      { log: () => {}, error: () => {}, warn: (text: string) => warnings.push(text) },
    );
    await app.close();
    return warnings;
  }

  const generic = { registration: 'generic', emailChange: 'confirmed' } as const;

  it('EN-06: warns at the start of backends whose login tells what it hides', async () => {
    const warnings = await warningsOf(generic, backend('app', false), backend('web', true));
    expect(warnings).toEqual([expect.stringMatching(/Write requireVerified: true at "app"\.$/)]);
  });

  it.each([
    ['where every login demands a verified address', generic, true],
    ['where registration tells openly', {}, false],
  ] as const)('EN-06: warns of nothing %s', async (_title, extras, requireVerified) => {
    expect(await warningsOf(extras, backend('app', requireVerified))).toEqual([]);
  });
});
