import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../harness/databases.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { Operations } from '../harness/operations.js';
import { credentialOf } from '../harness/persona.js';

/** One embedded, one server: what a command does differs by the connection, not by the dialect. */
const twoDatabases = databases.filter((name) => name !== 'mariadb');
const created = ['create-superuser', '--password-stdin', '--email'];

describe.each(twoDatabases)('operations beside a running server (%s)', (name) => {
  let on: Operations;

  beforeAll(async () => {
    on = await Operations.start(name);
  });
  afterAll(() => on?.stop());

  it('RG-15: there are no users, and no superuser but the one that is created', async () => {
    expect(await on.run(['list', '--json'])).toEqual({ code: 0, stdout: '', stderr: '' });

    const [email, password] = ['Root@example.org', newPassword()];
    const { code, stdout, stderr } = await on.run([...created, email], `${password}\n`);
    expect([code, stdout]).toEqual([0, 'Created the superuser Root@example.org, id 1.\n']);
    expect(stderr, 'the listeners have heard of it').toMatch(/UserRegisteredEvent.*Root@/);

    const headers = credentialOf(await on.login(email, password));
    const { body } = await on.http({ path: '/users', headers: { ...headers } });
    expect(body.items).toMatchObject([
      { email, isSuperuser: true, isVerified: true, isActive: true },
    ]);
  });

  it('AC-10: the last superuser is neither deactivated nor demoted', async () => {
    for (const command of ['deactivate', 'demote']) {
      const { code, stderr } = await on.run([command, '--email', 'root@example.org']);
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining('nestjs-users: This is the last active superuser. Appoint another'),
      ]);
    }
    expect((await on.run(['list', '--superuser', '--active', '--json'])).stdout).toContain('Root@');
  });

  it('OA-07: whoever registered the address before does not become superuser by mistake', async () => {
    const stranger = await on.newcomer();
    const password = newPassword();

    const refused = await on.run([...created, stranger.email], password);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/exists already.*--promote.*\(REGISTER_USER_ALREADY_EXISTS\)/);
    expect(await on.me(stranger.credential)).toBe(200);

    const weak = await on.run([...created, stranger.email, '--promote'], 'short');
    expect([weak.code, weak.stderr]).toEqual([3, expect.stringContaining('at least')]);
    expect(await on.me(stranger.credential)).toBe(200);

    const promoted = await on.run([...created, stranger.email, '--promote', '--json'], password);
    expect(promoted.code).toBe(0);
    expect(JSON.parse(promoted.stdout)).toMatchObject({
      result: 'promoted',
      user: { email: stranger.email, isSuperuser: true, isVerified: true },
    });
    expect(await on.me(stranger.credential), 'their sessions have ended').toBe(401);
    expect((await on.login(stranger.email, stranger.password)).status).toBe(400);
    expect((await on.login(stranger.email, password)).status).toBe(200);

    const again = await on.run([...created, stranger.email], password);
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('set-password')]);
  });

  it('PW-10: the policy judges every password, and a refused one changes nothing', async () => {
    const { email, password, credential } = await on.newcomer();
    const fresh = newEmail();
    const attempts = [
      [[...created, fresh], 'REGISTER_INVALID_PASSWORD'],
      [['set-password', '--password-stdin', '--email', email], 'UPDATE_USER_INVALID_PASSWORD'],
    ] as const;
    for (const [args, code] of attempts) {
      const refused = await on.run([...args], 'short');
      expect(refused.code).toBe(3);
      expect(refused.stdout).toBe('');
      expect(refused.stderr).toMatch(new RegExp(`not acceptable. \\(${code}\\)\n  .*at least`));
    }
    expect((await on.login(email, password)).status).toBe(200);
    expect(await on.me(credential)).toBe(200);
    const { stdout } = await on.run(['list', '--email', fresh, '--json']);
    expect(stdout).toBe('');
  });

  it('set-password gives a new password, and all sessions end', async () => {
    const { email, password, credential } = await on.newcomer();
    const next = newPassword();
    const args = ['set-password', '--password-stdin', '--email', email.toUpperCase()];
    const { code, stdout, stderr } = await on.run(args, `${next}\r\n`);
    expect([code, stdout]).toEqual([0, `${email} has a new password. All sessions have ended.\n`]);
    expect(stderr).toMatch(/UserPasswordChangedEvent/);
    expect(await on.me(credential)).toBe(401);
    expect((await on.login(email, password)).status).toBe(400);
    expect((await on.login(email, next)).status).toBe(200);
  });

  it('deactivate locks out at once; activate lets in again, by a new login only', async () => {
    const { email, password, credential } = await on.newcomer();
    for (const words of [['deactivate'], ['deactivate', '--verbose']]) {
      const { code, stdout } = await on.run([...words, '--email', email]);
      expect([code, stdout]).toEqual([0, `${email} is deactivated.\n`]);
    }
    expect(await on.me(credential)).toBe(401);
    expect((await on.login(email, password)).status).toBe(400);
    const inactive = await on.run(['list', '--inactive', '--json']);
    expect(JSON.parse(inactive.stdout)).toMatchObject({ email, isActive: false });

    const promote = await on.run([...created, email, '--promote'], newPassword());
    expect([promote.code, promote.stderr]).toEqual([3, expect.stringContaining('is deactivated')]);

    expect((await on.run(['activate', '--email', email])).code).toBe(0);
    expect(await on.me(credential)).toBe(401);
    expect((await on.login(email, password)).status).toBe(200);
  });

  it('revoke-sessions ends the sessions of one user, who logs in again', async () => {
    const [anna, bert] = [await on.newcomer(), await on.newcomer()];
    const { stdout: found } = await on.run(['list', '--email', anna.email, '--json']);
    const { id } = JSON.parse(found) as { id: number };

    const { code, stdout } = await on.run(['revoke-sessions', '--id', String(id)]);
    expect([code, stdout]).toEqual([0, `All sessions of ${anna.email} have ended.\n`]);
    expect(await on.me(anna.credential)).toBe(401);
    expect(await on.me(bert.credential)).toBe(200);
    expect(await on.me(credentialOf(await on.login(anna.email, anna.password)))).toBe(200);
  });

  it('promote keeps the password, and wants to know whose account it is; demote takes it back', async () => {
    const { email, credential } = await on.newcomer();
    const administers = async (): Promise<number> =>
      (await on.http({ path: '/users', headers: { ...credential } })).status;

    const refused = await on.run(['promote', '--email', email]);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('--unverified')]);
    expect(await administers()).toBe(403);

    expect((await on.run(['promote', '--email', email, '--unverified'])).code).toBe(0);
    expect(await administers()).toBe(200);
    const { stdout } = await on.run(['demote', '--email', email, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ result: 'demoted', user: { isSuperuser: false } });
    expect(await administers()).toBe(403);
  });

  it('RG-01: of two who create one superuser at once, one succeeds', async () => {
    const email = newEmail('twin');
    const both = await Promise.all(
      [newPassword(), newPassword()].map((password) => on.run([...created, email], password)),
    );
    expect(both.map(({ code }) => code).toSorted()).toEqual([0, 3]);
    expect(both.find(({ code }) => code === 3)?.stderr).toContain('REGISTER_USER_ALREADY_EXISTS');
  });

  it('boots a CommonJS application as well', async () => {
    const [email, password] = [newEmail(), newPassword()];
    const args = ['--app', 'command-line-app.cjs', ...created, email];
    expect((await on.run(args, password)).code).toBe(0);
    expect((await on.login(email, password)).status).toBe(200);
  });
});
