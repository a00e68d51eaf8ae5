import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  InvalidPasswordError,
  LengthPasswordPolicy,
  type PasswordContext,
} from '@nestjs-users/core';
import { describe, expect, it } from 'vitest';
import type { Host } from '../harness/host.js';
import { newEmail } from '../harness/leaks.js';
import { provingDoors, settingDoors } from '../harness/password-doors.js';
import { methodsWithPassword } from '../harness/password-methods.js';
import { newcomer } from '../harness/persona.js';
import { type Route, routes } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Refuses what contains POLICY-X, and the owner's name; fails for POLICY-DOWN. */
class PolicyX extends LengthPasswordPolicy {
  readonly asked: [password: string, email: string][] = [];

  override async validate(password: string, context: PasswordContext): Promise<void> {
    super.validate(password, context);
    await nextTurn();
    this.asked.push([password, context.email]);
    if (password.includes('POLICY-X')) throw new InvalidPasswordError('No X, please.');
    if (password.includes(context.email)) throw new InvalidPasswordError('Not your address.');
    if (password.includes('POLICY-DOWN')) throw new Error('The list does not answer.');
  }
}

const policy = new PolicyX();

/** The service's own ways, for code: the same policy, and errors instead of answers. */
const methods: [string, (host: Host, password: string) => Promise<unknown>, string][] = [
  [
    'UsersService.create',
    (host, password) => host.users.create({ email: newEmail(), password }),
    'REGISTER_INVALID_PASSWORD',
  ],
  [
    'UsersService.create, safe',
    (host, password) => host.users.create({ email: newEmail(), password }, { safe: true }),
    'REGISTER_INVALID_PASSWORD',
  ],
  [
    'UsersService.register',
    (host, password) => host.users.register({ email: newEmail(), password }),
    'REGISTER_INVALID_PASSWORD',
  ],
  [
    'UsersService.update',
    async (host, password) => host.users.update(await somebody(host), { password }),
    'UPDATE_USER_INVALID_PASSWORD',
  ],
  [
    'UsersService.resetPassword',
    async (host, password) => {
      const { email } = await somebody(host);
      await host.users.forgotPassword(email);
      const token = (await host.events.resetTokens(email)).at(-1) ?? '';
      return host.users.resetPassword(token, password);
    },
    'RESET_PASSWORD_INVALID_PASSWORD',
  ],
];

/** Where a password is not set, but proven. */
const PROVING = new Set(['POST /login/{backend}', 'UsersService.authenticate']);

/** `PATCH /{id}` */
const doorOf = ({ method, path }: Route): string =>
  `${method} ${path.replace('/users', '').replace(/:(\w+)/, '{$1}')}`;

const somebody = (host: Host) => host.users.create({ email: newEmail() });

describe('The ways to set a password, all of which are told below', () => {
  it('PW-10: routes', () => {
    const isNew = (field: string): boolean =>
      /password/i.test(field) && field !== 'currentPassword';
    const taking = routes.filter(({ fields }) => fields?.some(isNew)).map(doorOf);
    expect(taking.filter((name) => !PROVING.has(name))).toEqual(
      settingDoors.map(({ name }) => name),
    );
  });

  it('PW-10: methods', () => {
    const told = methods.map(([name]) => name.replace(/,.*/, ''));
    const taking = methodsWithPassword().filter((name) => !PROVING.has(name));
    expect(taking).toEqual([...new Set(told)].toSorted());
  });
});

tell(
  'A policy of the application',
  everyPlatform,
  (stage) => {
    it.each(settingDoors)('PW-10: is asked by $name', async (door) => {
      const { host } = stage;
      const { email, send } = await door.prepare(host, 'a POLICY-X horse');
      const before = await host.row({ canonicalEmail: email });
      policy.asked.length = 0;
      host.hasher.reset();
      const answer = await send();
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: door.code, reason: 'No X, please.' });
      expect(policy.asked).toEqual([['a POLICY-X horse', email]]);
      expect(host.hasher.hashes).toBe(0);
      expect(await host.row({ canonicalEmail: email })).toEqual(before);
    });

    it.each(methods)('PW-10: is asked by %s', async (_name, call, code) => {
      stage.host.hasher.reset();
      const error: unknown = await call(stage.host, 'a POLICY-X horse').catch((e: unknown) => e);
      expect(error).toBeInstanceOf(InvalidPasswordError);
      expect(error).toMatchObject({ code, reason: 'No X, please.' });
      expect(stage.host.hasher.calls).toBe(0);
      await expect(call(stage.host, 'a good horse')).resolves.toMatchObject({ isActive: true });
    });

    it.each(settingDoors)('PW-07: judges what is hashed, in NFKC ($name)', async (door) => {
      // Full-width letters would get round a comparison.
      const { send } = await door.prepare(stage.host, 'a ＰＯＬＩＣＹ-Ｘ horse');
      expect((await send()).body).toMatchObject({ code: door.code });
    });

    it('PW-11: knows the address, a new one too', async () => {
      const { host } = stage;
      const email = newEmail();
      const answer = await host.send({
        method: 'POST',
        path: '/users/register',
        body: { email, password: `${email} horse` },
      });
      expect(answer.body).toMatchObject({ reason: 'Not your address.' });
      const persona = await newcomer(host);
      const change = await persona.send({
        method: 'PATCH',
        path: '/users/me',
        body: { email, password: `${email} horse`, currentPassword: persona.password },
      });
      expect(change.body).toMatchObject({ reason: 'Not your address.' });
    });

    it.each(provingDoors)(
      'is not asked by $name about the password that is proven',
      async (door) => {
        const { host } = stage;
        const { email } = await newcomer(host);
        const { send } = await door.prepare(host, email, 'an old POLICY-X horse');
        policy.asked.length = 0;
        expect((await send()).body).toMatchObject({ code: door.code });
        expect(policy.asked.filter(([password]) => password.includes('POLICY-X'))).toEqual([]);
      },
    );

    it.each(settingDoors)('that fails itself sets nothing ($name)', async (door) => {
      const { host } = stage;
      const { email, send } = await door.prepare(host, 'a POLICY-DOWN horse');
      const before = await host.row({ canonicalEmail: email });
      expect(await send()).toMatchObject({ status: 500, body: { statusCode: 500 } });
      expect(await host.row({ canonicalEmail: email })).toEqual(before);
    });
  },
  { options: { passwordPolicy: policy } },
);
