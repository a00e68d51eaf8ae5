import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { Operations } from '../harness/operations.js';

describe('a command on a terminal', () => {
  let on: Operations;

  beforeAll(async () => {
    on = await Operations.start('sqlite');
  });
  afterAll(() => on?.stop());

  it('asks for the password twice, without showing it', async () => {
    const [email, password] = [newEmail(), newPassword()];
    const screen = await on.type(
      ['create-superuser', '--email', email],
      [
        [`New password of ${email}: `, 'short\r'],
        ['The same again: ', 'short\r'],
        [`New password of ${email}: `, `${password}\r`],
        ['The same again: ', 'something else\r'],
        [`New password of ${email}: `, `${password}x\u007f\r`],
        ['The same again: ', `${password}\r`],
      ],
    );
    expect(screen.code).toBe(0);
    expect(screen.stdout).toMatch(/at least 8 characters\. Try again/);
    expect(screen.stdout).toContain('The two are not the same. Try again.');
    expect(screen.stdout).toContain(`Created the superuser ${email}`);
    expect(screen.stdout).not.toMatch(/short|something else/);
    expect((await on.login(email, password)).status).toBe(200);
  });

  it.each([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
  ])('is cancelled by %s at the prompt, and nothing has changed', async (_key, typed) => {
    const { email, password } = await on.newcomer();
    const screen = await on.type(
      ['set-password', '--email', email],
      [[`New password of ${email}: `, typed]],
    );
    expect(screen.code).toBe(130);
    expect(screen.stdout).toContain('Cancelled. Nothing has been changed.');
    expect((await on.login(email, password)).status).toBe(200);
  });

  it('does not ask for ever', async () => {
    const { email } = await on.newcomer();
    const asked = [
      [`New password of ${email}: `, 'one thing\r'],
      ['The same again: ', 'another\r'],
    ] as const;
    const screen = await on.type(
      ['set-password', '--email', email],
      [...asked, ...asked, ...asked],
    );
    expect(screen.code).toBe(3);
    expect(screen.stdout).toContain(
      'The two passwords are not the same. Nothing has been changed.',
    );
  });
});
