import { UserVerificationRequestedEvent, UserVerifiedEvent } from '@nestjs-users/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { visible } from '../harness/client.js';
import { expectError, expectInvalid } from '../harness/errors.js';
import { claimsOf, forge, hmac, JWT_HEADER } from '../harness/forge.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { askForMail } from '../harness/recovery.js';
import { everyDatabase, everyPlatform, everySetup, tell } from '../harness/tell.js';
import { verificationOf, verifyBy } from '../harness/verification.js';

const NO_LIMIT = { options: { mailLimit: false } } as const;

tell(
  'The verification of an address',
  everySetup,
  (stage) => {
    it('is proven by the token of the mail, once: the answer shows the user', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const before = await host.row({ id: anna.id });
      const token = await verificationOf(anna);
      const events = await host.events.during(async () => {
        const answer = await verifyBy(host, token);
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual({
          id: anna.id,
          email: anna.email,
          isActive: true,
          isSuperuser: false,
          isVerified: true,
          firstName: null,
        });
      });
      expect(events).toEqual([expect.any(UserVerifiedEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id, isVerified: true } });
      expect(events[0]?.request?.url).toBe('/users/verify');
      expect(await host.row({ id: anna.id })).toEqual({
        ...before,
        isVerified: true,
        updatedAt: expect.any(Date),
      });
      expect((await anna.me()).body, 'the session goes on').toMatchObject({ isVerified: true });
    });

    it('tells the listener a token, which no log shows, and changes nothing', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const before = await host.row({ id: anna.id });
      const events = await host.events.during(() =>
        askForMail(host, 'request-verify-token', anna.email),
      );
      expect(events).toEqual([expect.any(UserVerificationRequestedEvent)]);
      const event = events[0] as UserVerificationRequestedEvent;
      expect(event).toMatchObject({ user: { id: anna.id, email: anna.email } });
      expect(event.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(Object.keys(event).toSorted()).toEqual(['occurredAt', 'user']);
      expect(event.user.securityStamp).toBeUndefined();
      expect(event.request?.url).toBe('/users/request-verify-token');
      expect(await host.row({ id: anna.id })).toEqual(before);
    });

    it('VF-02: a second use changes nothing and tells nobody', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const [first, second] = [await verificationOf(anna), await verificationOf(anna)];
      expect((await verifyBy(host, first)).status).toBe(200);
      const after = await host.row({ id: anna.id });
      const events = await host.events.during(async () => {
        for (const token of [first, second]) {
          expectError(await verifyBy(host, token), 400, 'VERIFY_USER_ALREADY_VERIFIED');
        }
      });
      expect(events).toEqual([]);
      expect(await host.row({ id: anna.id })).toEqual(after);
    });

    it('VF-01: a token is void once the address has changed, whoever has it then', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const token = await verificationOf(anna);
      const email = newEmail('new');
      await host.users.update({ id: anna.id }, { email });
      expectError(await verifyBy(host, token), 400, 'VERIFY_USER_BAD_TOKEN');
      expect(await host.row({ id: anna.id })).toMatchObject({ email, isVerified: false });

      // Somebody else who has the address now is not who the token is about.
      const otto = await host.users.create({ email: anna.email });
      expectError(await verifyBy(host, token), 400, 'VERIFY_USER_BAD_TOKEN');
      expect(await host.row({ id: otto.id })).toMatchObject({ isVerified: false });
    });

    it('VF-01: another spelling of the same address is the same mailbox', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const token = await verificationOf(anna);
      const email = anna.email.toUpperCase();
      await host.users.update({ id: anna.id }, { email });
      expect((await verifyBy(host, token)).body).toMatchObject({ email, isVerified: true });
    });

    it('works for somebody inactive, who stays inactive', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const token = await verificationOf(anna);
      await host.users.update({ id: anna.id }, { isActive: false });
      const answer = await verifyBy(host, token);
      expect(answer.body).toMatchObject({ isActive: false, isVerified: true });
      expectError(await anna.login(), 400, 'LOGIN_BAD_CREDENTIALS');
    });

    it('VF-03: is never done by GET or HEAD, as scanners of mails send them', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const token = await verificationOf(anna);
      const before = await host.row({ id: anna.id });
      for (const method of ['GET', 'HEAD'] as const) {
        for (const path of [`/users/verify?token=${token}`, `/users/verify/${token}`]) {
          // `GET /users/verify` asks for the user "verify", as a superuser may.
          expect([401, 404], `${method} ${path}`).toContain(
            (await host.send({ method, path })).status,
          );
        }
      }
      expect(await host.row({ id: anna.id })).toEqual(before);
      expect((await verifyBy(host, token)).status).toBe(200);
    });

    it('VF-04: is no login, and its token no credential', async () => {
      const { host } = stage;
      const token = await verificationOf(await newcomer(host));
      const answer = await verifyBy(host, token);
      expect(answer.cookies).toEqual([]);
      expect(answer.text).not.toMatch(/token/i);
      for (const headers of [
        { authorization: `Bearer ${token}` },
        { cookie: `__Host-users-cookie=${token}`, 'sec-fetch-site': 'same-origin' },
      ]) {
        expect((await host.send({ path: '/users/me', headers })).status).toBe(401);
      }
    });

    it('EN-05: looks the same for everybody; only whom it concerns is sent a mail', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const people = {
        unknown: newEmail('unknown'),
        verified: (await newcomer(host, 'jwt', { isVerified: true })).email,
        inactive: (await newcomer(host, 'jwt', { isActive: false })).email,
        anna: anna.email,
        'anna in other letters': anna.email.toUpperCase(),
      };
      const answers: unknown[] = [];
      const events = await host.events.during(async () => {
        for (const email of Object.values(people)) {
          answers.push(visible(await askForMail(host, 'request-verify-token', email)));
        }
      });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(answers[0]).toMatchObject({ status: 202, text: '' });
      expect(events.map((event) => (event as UserVerificationRequestedEvent).user.email)).toEqual([
        anna.email,
        anna.email,
      ]);
    });

    it('is asked for by an address, and done by a token, and by nothing else', async () => {
      const { host } = stage;
      for (const value of [undefined, null, 5, true, ['anna@example.org'], {}]) {
        expectInvalid(await askForMail(host, 'request-verify-token', value), 'email');
        expectInvalid(await verifyBy(host, value), 'token');
      }
      for (const email of ['', 'anna', 'a@b@c.org', 'Anna <anna@example.org>']) {
        expectInvalid(await askForMail(host, 'request-verify-token', email), 'email');
      }
    });
  },
  NO_LIMIT,
);

/** What makes a verification token worthless, given the genuine one. */
const badTokens: Readonly<Record<string, (token: string, anna: Persona, host: Host) => unknown>> = {
  'an empty one': () => '',
  'one of no form': () => 'a.b.c',
  'one with a letter more': (token) => `${token}x`,
  'one with a letter less': (token) => token.slice(0, -2),
  'one with a blank before it': (token) => ` ${token}`,
  'one of another secret': (token) => forge(JWT_HEADER, claimsOf(token), hmac('x'.repeat(32))),
  'one without a signature': (token) => `${token.split('.').slice(0, 2).join('.')}.`,
  'one that has expired': (token) =>
    forge(JWT_HEADER, { ...claimsOf(token), exp: Math.floor(Date.now() / 1000) - 1 }),
  'one that never expires': (token) => forge(JWT_HEADER, { ...claimsOf(token), exp: undefined }),
  'one without an id': (token) => forge(JWT_HEADER, { ...claimsOf(token), sub: undefined }),
  'one with an id of another form': (token) =>
    forge(JWT_HEADER, { ...claimsOf(token), sub: `${claimsOf(token)['sub'] as string}0` }),
  'one with the id of nobody': (token) =>
    forge(JWT_HEADER, { ...claimsOf(token), sub: '11111111-1111-4111-8111-111111111111' }),
  "one with another's id": async (token, _anna, host) =>
    forge(JWT_HEADER, { ...claimsOf(token), sub: (await newcomer(host)).id }),
  'one without an address': (token) => forge(JWT_HEADER, { ...claimsOf(token), fpt: undefined }),
  'one with a clear address': (token, { email }) =>
    forge(JWT_HEADER, { ...claimsOf(token), fpt: undefined, email }),
  'the token of a reset': async (_token, { email }, host) => {
    await askForMail(host, 'forgot-password', email);
    return (await host.events.resetTokens(email)).at(-1);
  },
  'the token of a login': (_token, { credential }) => credential['authorization']?.split(' ')[1],
  'one whose user was deleted': async (token, { id }, host) => {
    await host.users.delete({ id });
    return token;
  },
  'one whose user was deleted, though the address is there again': async (
    token,
    { id, email },
    host,
  ) => {
    await host.users.delete({ id });
    await host.users.create({ email });
    return token;
  },
};

tell(
  'Bad verification tokens',
  everyDatabase,
  (stage) => {
    it.each(Object.keys(badTokens))('VF-01: %s verifies nobody', async (kind) => {
      const { host } = stage;
      const anna = await newcomer(host);
      const bad = await badTokens[kind]!(await verificationOf(anna), anna, host);
      expect(typeof bad).toBe('string');
      const events = await host.events.during(async () => {
        expectError(await verifyBy(host, bad), 400, 'VERIFY_USER_BAD_TOKEN');
      });
      expect(events).toEqual([]);
      const verified = await host.stored().where({ isVerified: true }).getCount();
      expect(verified).toBe(0);
    });
  },
  NO_LIMIT,
);

describe('By a clock that stands still', () => {
  const noon = new Date('2026-01-15T12:00:00.000Z').getTime();
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'], now: noon });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Whether a token that was made at noon is good so many seconds later. */
  const isGoodAt = async (host: Host, token: string, seconds: number): Promise<boolean> => {
    vi.setSystemTime(noon + seconds * 1000);
    const { code } = (await verifyBy(host, token)).body as { code: string };
    expect(['VERIFY_USER_ALREADY_VERIFIED', 'VERIFY_USER_BAD_TOKEN']).toContain(code);
    return code === 'VERIFY_USER_ALREADY_VERIFIED';
  };

  for (const [lifetime, options] of [
    [3600, {}],
    [120, { verificationTokenLifetimeSeconds: 120 }],
  ] as const) {
    tell(
      `Verification tokens of ${lifetime} seconds`,
      [everyPlatform[0]!],
      (stage) => {
        it('live so long, to the second', async () => {
          const anna = await newcomer(stage.host);
          const token = await verificationOf(anna);
          await stage.host.users.update({ id: anna.id }, { isVerified: true });
          expect(await isGoodAt(stage.host, token, 1)).toBe(true);
          expect(await isGoodAt(stage.host, token, lifetime - 0.001)).toBe(true);
          expect(await isGoodAt(stage.host, token, lifetime)).toBe(false);
          expect(await isGoodAt(stage.host, token, lifetime + 1)).toBe(false);
        });
      },
      { options },
    );
  }
});

const OWN_SECRET = 'aH5tR2wE9qY6uI3oP8zX1cV4bN7mK0jL-verification';

tell(
  'Verification tokens with a secret of their own',
  [everyPlatform[0]!],
  (stage) => {
    it('are signed with it, and with no other', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const token = await verificationOf(anna);
      const claims = claimsOf(token);
      expectError(await verifyBy(host, forge(JWT_HEADER, claims)), 400, 'VERIFY_USER_BAD_TOKEN');
      expect((await verifyBy(host, forge(JWT_HEADER, claims, hmac(OWN_SECRET)))).status).toBe(200);
    });
  },
  { options: { verificationTokenSecret: OWN_SECRET } },
);

tell(
  'Verification that is asked for at each registration',
  everyPlatform,
  (stage) => {
    it('comes by the registration, with a token that verifies', async () => {
      const { host } = stage;
      const body = { email: newEmail(), password: newPassword() };
      const events = await host.events.during(async () => {
        expect((await host.send({ method: 'POST', path: '/users/register', body })).status).toBe(
          201,
        );
      });
      expect(events.map(({ constructor }) => constructor.name)).toEqual([
        'UserRegisteredEvent',
        'UserVerificationRequestedEvent',
      ]);
      const { token, request } = events[1] as UserVerificationRequestedEvent;
      expect(request?.url).toBe('/users/register');
      expect((await verifyBy(host, token)).body).toMatchObject({ isVerified: true });
    });

    it('does not come to those whom code creates, nor for what was refused', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const events = await host.events.during(async () => {
        await host.users.create({ email: newEmail(), isVerified: true });
        const body = { email: anna.email, password: newPassword() };
        const answer = await host.send({ method: 'POST', path: '/users/register', body });
        expectError(answer, 400, 'REGISTER_USER_ALREADY_EXISTS');
      });
      expect(events.map(({ constructor }) => constructor.name)).toEqual(['UserRegisteredEvent']);
    });
  },
  { options: { requestVerificationOnRegister: true } },
);
