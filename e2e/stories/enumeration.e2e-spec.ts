import { expect, it } from 'vitest';
import { type Answer, visible } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { backends } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

/** One account of each kind that a stranger must not tell apart. */
async function accounts(host: Host): Promise<Record<string, { email: string; password: string }>> {
  const password = newPassword();
  const people = {
    unknown: newEmail('unknown'),
    wrong: newEmail('wrong'),
    inactive: newEmail('inactive'),
    unverified: newEmail('unverified'),
    passwordless: newEmail('none'),
    old: newEmail('old'),
  };
  await host.users.create({ email: people.wrong, password, isVerified: true });
  await host.users.create({ email: people.inactive, password, isActive: false });
  await host.users.create({ email: people.unverified, password });
  await host.users.create({ email: people.passwordless });
  const { id } = await host.users.create({ email: people.old });
  const plainBcrypt = '$2b$04$abcdefghijklmnopqrstuu5s2v8.iXieOjg9.UpFnHlvnKGXHJeGu';
  const users = host.dataSource.getRepository(host.entity);
  await users.update(id, { hashedPassword: plainBcrypt });
  return Object.fromEntries(
    Object.entries(people).map(([who, email]) => [who, { email, password }]),
  );
}

tell('Enumeration', everySetup, (stage) => {
  const login = (backend: string, email: string, password: string): Promise<Answer> =>
    stage.host.send({
      method: 'POST',
      path: `/users/login/${backend}`,
      body: { username: email, password },
    });

  it.each(backends)('EN-01: a failed login looks the same for everybody (%s)', async (backend) => {
    const { host } = stage;
    const answers: unknown[] = [];
    for (const { email } of Object.values(await accounts(host))) {
      host.hasher.reset();
      answers.push(visible(await login(backend, email, 'not the right one')));
      expect(host.hasher.calls).toBe(1);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 400 });
  });

  it.each(backends)(
    'EN-01, EN-03: the right password does not tell that somebody is inactive (%s)',
    async (backend) => {
      const { inactive, unknown, unverified } = await accounts(stage.host);
      const [locked, nobody] = [
        await login(backend, inactive?.email ?? '', inactive?.password ?? ''),
        await login(backend, unknown?.email ?? '', unknown?.password ?? ''),
      ];
      expect(visible(locked)).toEqual(visible(nobody));
      // Nor does a wrong one tell that somebody is unverified.
      expect(visible(await login(backend, unverified?.email ?? '', 'wrong'))).toEqual(
        visible(nobody),
      );
    },
  );

  it('EN-04: a forgotten password looks the same for everybody', async () => {
    const people = Object.values(await accounts(stage.host));
    const answers = await Promise.all(
      people.map(({ email }) =>
        stage.host.send({ method: 'POST', path: '/users/forgot-password', body: { email } }),
      ),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(visible(answer)))).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
  });
});
