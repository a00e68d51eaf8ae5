import {
  BreachedPasswordPolicy,
  type BreachedPasswordPolicyOptions,
  DefaultPasswordPolicy,
  type PasswordContext,
  PasswordPolicy,
} from '@nestjs-users/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectError } from '../harness/errors.js';
import { digestOf, failures, LeakedPasswords } from '../harness/leaked-passwords.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { settingDoors } from '../harness/password-doors.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const provider = new LeakedPasswords();
beforeAll(() => provider.start());
afterAll(() => provider.stop());

/** A policy that each story chooses anew: the application asks it by its name alone. */
class Chosen extends PasswordPolicy {
  current: PasswordPolicy = new DefaultPasswordPolicy();

  validate(password: string, context: PasswordContext): void | Promise<void> {
    return this.current.validate(password, context);
  }
}

const policy = new Chosen();

const checkBreaches = (options: BreachedPasswordPolicyOptions = {}): void => {
  // Long enough for a busy machine; what hangs is told with less.
  const breachCheck = new BreachedPasswordPolicy({
    url: provider.url,
    timeoutSeconds: 20,
    ...options,
  });
  policy.current = new DefaultPasswordPolicy({ breachCheck });
};

const failing = Object.entries(failures).map(([what, { isEndless = false, ...failure }]) => ({
  what,
  ...failure,
  timeoutSeconds: isEndless ? 0.2 : 20,
}));

tell(
  'The breach check',
  // One application of each kind is enough: the others differ in what passwords have no part in.
  everyPlatform.filter(
    ({ platform, flavour }) => (platform === 'express') === (flavour === 'bare'),
  ),
  (stage) => {
    const register = (password: string, email = newEmail()) =>
      stage.host.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const warnings = (): string[] => stage.host.log.filter((text) => /leaked ones/.test(text));

    beforeEach(() => {
      provider.reset();
      checkBreaches();
    });

    it.each(settingDoors)('PW-12: refuses a leaked password ($name)', async (door) => {
      const password = newPassword();
      provider.known.set(digestOf(password), 1);
      const { send } = await door.prepare(stage.host, password);
      const answer = await send();
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        code: door.code,
        reason: expect.stringMatching(/data leak.*nowhere else\.$/),
      });
    });

    it.each(settingDoors)('PW-12: accepts any other ($name)', async (door) => {
      const password = newPassword();
      // The same range, and another digest.
      provider.known.set(`${digestOf(password).slice(0, 5)}${'0'.repeat(35)}`, 1);
      const { send } = await door.prepare(stage.host, password);
      expect((await send()).status).toBe(door.status);
    });

    it('PW-12: five digits of the digest go out, and nothing else of it', async () => {
      const [email, password] = [newEmail(), newPassword()];
      const digest = digestOf(password);
      expect((await register(password, email)).status).toBe(201);
      expect(provider.received).toHaveLength(1);
      const [received = ''] = provider.received;
      expect(received.split('\n')[0]).toBe(`GET /range/${digest.slice(0, 5)}`);
      expect(received).toMatch(/^add-padding\ntrue$/im);
      expect(received).toMatch(/^user-agent\nnestjs-users$/im);
      expect(received.toUpperCase()).not.toContain(digest.slice(0, 6));
      expect(received.toUpperCase()).not.toContain(digest.slice(5, 11));
      for (const secret of [password, encodeURIComponent(password), email]) {
        expect(received).not.toContain(secret);
      }
    });

    it('PW-12: padding is no leak', async () => {
      const password = newPassword();
      provider.known.set(digestOf(password), 0);
      expect((await register(password)).status).toBe(201);
    });

    it('PW-07: looks up what is hashed, in NFKC', async () => {
      provider.known.set(digestOf('caf\u00e9 noir horse'), 1);
      expectError(await register('cafe\u0301 noir horse'), 400, 'REGISTER_INVALID_PASSWORD', {
        reason: expect.stringMatching(/data leak/),
      });
    });

    it('asks nobody about what is refused without it, nor at login', async () => {
      const persona = await newcomer(stage.host);
      provider.reset();
      expect((await register('short')).status).toBe(400);
      expect((await register('password1')).status).toBe(400);
      expect((await register('x'.repeat(200))).status).toBe(400);
      expect((await persona.login()).status).toBeLessThan(300);
      expect(provider.received).toEqual([]);
    });

    describe.each(failing)('a provider that $what', ({ answer, warning, timeoutSeconds }) => {
      beforeEach(() => provider.failBy(answer));

      it('PW-12: keeps nobody out, and is logged', async () => {
        checkBreaches({ timeoutSeconds });
        const before = warnings().length;
        expect((await register(newPassword())).status).toBe(201);
        const said = warnings().slice(before);
        expect(said).toHaveLength(1);
        expect(said[0]).toMatch(warning);
        expect(said[0]).toMatch(/The password is accepted/);
        expect(provider.received).toHaveLength(1);
      });

      it('PW-12: keeps everybody out, if that is wished', async () => {
        checkBreaches({ timeoutSeconds, whenUnavailable: 'refuse' });
        const before = warnings().length;
        const email = newEmail();
        const refusal = await register(newPassword(), email);
        expectError(refusal, 503, 'SERVICE_UNAVAILABLE');
        expect(refusal.headers['retry-after']).toBe('5');
        expect(await stage.host.row({ canonicalEmail: email })).toBeNull();
        expect(warnings().slice(before).join()).toMatch(/The password is refused/);
      });
    });

    it('PW-12: logs one line for many failures, without a digest', async () => {
      provider.failBy((_request, response) => void response.writeHead(500).end());
      const before = warnings().length;
      const passwords = Array.from({ length: 20 }, newPassword);
      const answers = await Promise.all(passwords.map((password) => register(password)));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
      const said = warnings().slice(before);
      expect(said).toHaveLength(1);
      for (const password of passwords) {
        expect(said.join().toUpperCase()).not.toContain(digestOf(password).slice(0, 5));
      }
    });

    it('PW-12: a provider that is not there keeps nobody out', async () => {
      const gone = new LeakedPasswords();
      await gone.start();
      const { url } = gone;
      await gone.stop();
      checkBreaches({ url });
      const before = warnings().length;
      expect((await register(newPassword())).status).toBe(201);
      expect(warnings().slice(before).join()).toMatch(/ECONNREFUSED/);
    });
  },
  { options: { passwordPolicy: policy } },
);
