import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../harness/client.js';
import { CommandLine } from '../harness/command-line.js';
import { credentialOf } from '../harness/persona.js';
import { root } from '../readme/blocks.js';
import { QuickStart } from '../readme/quick-start.js';

describe('the first superuser of the quick start (RG-15)', () => {
  const sample = new QuickStart();
  const cwd = join(root, 'sample', '01-quick-start');
  const line = new CommandLine({ cwd, env: sample.env });

  beforeAll(() => sample.start());
  afterAll(() => sample.stop());

  it('is created beside the running application, with its mails, and administers it', async () => {
    const email = 'root@example.com';
    const password = 'staple of the superuser';
    const { code, stdout, stderr } = await line.shell(
      `echo '${password}' | nestjs-users create-superuser --email ${email} --password-stdin --json`,
    );
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { result: 'created', user: expect.objectContaining({ email, isSuperuser: true }) },
    ]);
    expect(stderr).toContain(`Mail to ${email}: Welcome`);

    const login = await send(sample.origin, {
      method: 'POST',
      path: '/users/login/jwt',
      body: { username: email, password },
    });
    const headers = { ...credentialOf(login) };
    const { status, body } = await send(sample.origin, { path: '/users', headers });
    expect([status, body.items]).toEqual([200, [expect.objectContaining({ email })]]);
  });
});
