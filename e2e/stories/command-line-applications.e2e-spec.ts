import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CommandLine, type Outcome } from '../harness/command-line.js';

const app = ['--app', 'command-line-app.mjs#AppModule'];
const users = [...app, '--module', 'users'];
const created = [...users, 'create-superuser', '--password-stdin', '--email'];
const run = (args: string[], env: Record<string, string> = {}, input = ''): Promise<Outcome> =>
  new CommandLine({ env }).run(args, input);

describe('a command and its application', () => {
  it('LO-05: answers on standard output alone, without control characters; the application prints and logs elsewhere', async () => {
    const { code, stdout, stderr } = await run([...users, 'list']);
    expect(code).toBe(0);
    const [header, row, ...rest] = stdout.split('\n');
    expect(header).toMatch(/^ID +ACTIVE +SUPERUSER +VERIFIED +CREATED +EMAIL$/);
    expect(row).toMatch(
      /^1 +yes +no +no +1970-01-01T00:00:00Z +evil\\u001b\[2J\\u000d\\u000a\\u202eroot@example\.org$/,
    );
    expect(rest).toEqual(['']);
    expect(stderr).toContain('printed by the application');
    expect(stderr).toContain('warn [Diary] a warning\\u001b[2J\n');
    expect(stderr).not.toContain('an ordinary line');
  });

  it('shows the whole log with --verbose', async () => {
    const { stderr } = await run([...users, 'list', '--verbose']);
    expect(stderr).toContain('log [Diary] an ordinary line');
  });

  it('lists all users, however many, without hash, stamp or columns of the application', async () => {
    const { stdout } = await run([...users, 'list', '--json'], { USERS: '230' });
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number });
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 231 }, (_, index) => index + 1));
    expect(rows[0]).toEqual({
      id: 1,
      email: 'user1@example.org',
      isActive: true,
      isSuperuser: false,
      isVerified: false,
      createdAt: '1970-01-01T00:00:00.000Z',
      updatedAt: '1970-01-01T00:00:00.000Z',
    });
    expect(stdout).not.toMatch(/canary|Stamp/);
    expect(rows.at(-1)).toMatchObject({ email: 'evil\u001b[2J\r\n\u202eroot@example.org' });
  });

  it('lists those that fit', async () => {
    const search = [...users, 'list', '--search', 'USER22', '--active', '--unverified', '--json'];
    const { stdout } = await run(search, { USERS: '230' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(11);
  });

  it('lists no more than it is asked for, over the end of a page', async () => {
    const { stdout } = await run([...users, 'list', '--json', '--limit', '101'], { USERS: '230' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(101);
  });

  it.each([
    ['--email', 'nobody@example.org'],
    ['--id', '01'],
    ['--id', "1' OR 1=1"],
  ])('finds nobody by %s %s', async (option, value) => {
    const { code, stdout, stderr } = await run([...users, 'deactivate', option, value]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`There is no user ${value}.`);
    expect(stderr).toContain('(USER_NOT_FOUND)');
  });

  it('ends in peace when nobody reads on', async () => {
    const script = `nestjs-users ${users.join(' ')} list --json | head -n 1`;
    const { code, stdout, stderr } = await new CommandLine({ env: { USERS: '3000' } }).shell(
      script,
    );
    expect([code, stdout.split('\n').length]).toEqual([0, 2]);
    expect(stderr).not.toMatch(/EPIPE|nestjs-users:/);
  });

  it('waits for listeners before the application closes, and ends although a timer still runs', async () => {
    const { code, stdout, stderr } = await run(
      [...created, 'root@example.org'],
      {},
      'correct horse',
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('Created the superuser')]);
    expect(stderr).toMatch(/welcomed root@example\.org[\s\S]*closing/);
  });

  it('has done what it was told to do when a listener fails, and shows the failure', async () => {
    const { code, stderr } = await run([...created, 'unlucky@example.org'], {}, 'correct horse');
    expect(code).toBe(0);
    expect(stderr).toMatch(/error \[UsersEventBus\] .*No mail today\./);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a listener that refuses is obeyed; one that breaks is a failure', async () => {
    const banned = await run([...created, 'banned@example.org'], {}, 'correct horse');
    expect([banned.code, banned.stdout]).toEqual([3, '']);
    expect(banned.stderr).toContain('nestjs-users: Not this one.\n');

    const broken = await run([...created, 'broken@example.org'], {}, 'correct horse');
    expect([broken.code, broken.stdout]).toEqual([1, '']);
    expect(broken.stderr).toContain('nestjs-users: The list of bans is not there.\n');
  });

  it('takes the columns of the application', async () => {
    const data = ['--data', '{"firstName":"Ada"}'];
    const done = await run([...created, 'ada@example.org', ...data], {}, 'correct horse');
    expect([done.code, done.stderr]).toEqual([0, expect.stringContaining('welcomed Ada')]);
  });

  it('asks which users are meant, where there are several kinds', async () => {
    const unsaid = await run([...app, 'list']);
    expect([unsaid.code, unsaid.stderr]).toEqual([
      2,
      expect.stringContaining('several UsersModules: users, staff. Say which one: --module users'),
    ]);
    const wrong = await run([...app, '--module', 'cats', 'list']);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('No UsersModule is called cats. There are: users, staff.'),
    ]);
    const staff = await run([...app, 'list', '--module', 'staff', '--json']);
    expect([staff.code, staff.stdout]).toEqual([0, '']);
  });

  it.each([
    ['no users', ['--app', 'command-line-app.mjs#BareModule'], 2, /no UsersModule/],
    ['twins', ['--app', 'command-line-app.mjs#TwinsModule', '--module', 'staff'], 2, /`name`/],
    ['no such export', ['--app', 'command-line-app.mjs#Cats'], 2, /AppModule, BareModule/],
    ['no module', ['--app', 'process-user.mjs'], 2, /no class with @Module/],
    ['no such file', ['--app', 'nowhere.js'], 2, /Build the application/],
    ['nothing built', [], 2, /no dist\/app\.module\.js.*--app/],
    ['a source', ['--app', 'host.ts'], 1, /cannot be loaded/],
  ])('says what is wrong with the application: %s', async (_what, args, code, message) => {
    const outcome = await run([...args, 'list']);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });

  it('says why an application does not start, or does not stop', async () => {
    const boot = await run([...users, 'list'], { FAIL: 'boot' });
    expect([boot.code, boot.stdout]).toEqual([1, '']);
    expect(boot.stderr).toMatch(
      /^nestjs-users: The application does not start\.\n {2}The queue does not answer\.\n$/m,
    );
    const verbose = await run([...users, 'list', '--verbose'], { FAIL: 'boot' });
    expect(verbose.stderr).toMatch(/at Diary\.onApplicationBootstrap/);

    const hang = await run([...users, 'list'], { FAIL: 'hang' });
    expect([hang.code, hang.stdout]).toEqual([1, '']);
    expect(hang.stderr).toMatch(/waits for something that never comes\.\n$/);

    const stop = await run([...users, 'list', '--json'], { FAIL: 'shutdown' });
    expect([stop.code, stop.stdout]).toEqual([0, expect.stringContaining('evil')]);
    expect(stop.stderr).toMatch(/^error .*The connection is gone\.$/m);
  });
});

describe('a command and its surroundings', () => {
  it('reads no password from a terminal unseen', async () => {
    const args = [...users, 'set-password', '--email', 'a@example.org', '--password-stdin'];
    const { code, stdout } = await new CommandLine().type(args, []);
    expect([code, stdout]).toEqual([2, expect.stringContaining('this is a terminal')]);
  });

  it('takes no password from the arguments, and does not boot for it', async () => {
    const args = [...users, 'set-password', '--email', 'a@example.org', '--password=CANARY'];
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/not taken from the arguments/);
    expect(stderr).not.toMatch(/CANARY|printed by the application/);
  });

  it('is told by --help what can be said; docs/administration.md tells the same', async () => {
    const docs = readFileSync(new URL('../../docs/administration.md', import.meta.url), 'utf8');
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, name]) => name);
    expect(commands).toHaveLength(8);
    expect(commands.filter((name) => !docs.includes(`\`${name}\``))).toEqual([]);
    for (const exitCode of [0, 1, 2, 3, 130]) {
      expect(stdout).toMatch(new RegExp(`^ {2}${exitCode} `, 'm'));
      expect(docs).toMatch(new RegExp(`^\\| ${exitCode} `, 'm'));
    }
    for (const name of commands) {
      const help = (await run([String(name), '--help'])).stdout;
      const options = [...help.matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => String(option));
      expect(
        options.filter((option) => !docs.includes(option)),
        name,
      ).toEqual([]);
    }
  });
});
