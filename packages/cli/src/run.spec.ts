import { Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runUsersCommand } from './run.js';

/** A module that must not be booted. */
@Module({
  providers: [{ provide: 'boot', useFactory: () => expect.unreachable('It has booted.') }],
})
class AppModule {}

const written = { stdout: '', stderr: '' };

beforeEach(() => {
  for (const name of ['stdout', 'stderr'] as const) {
    written[name] = '';
    vi.spyOn(process[name], 'write').mockImplementation((chunk, ...rest) => {
      written[name] += String(chunk);
      const done = rest.find((value) => typeof value === 'function');
      done?.();
      return true;
    });
  }
});
afterEach(() => vi.restoreAllMocks());

const run = (args: string[]): Promise<number> => runUsersCommand(args, { module: AppModule });
const email = ['--email', 'a@example.org'];

describe('a command that is called wrongly', () => {
  it.each([
    ['a password as an argument', ['set-password', ...email, '--password=CANARY'], /history/],
    [
      'a misspelt option with a password',
      ['list', '--pasword=CANARY'],
      /unknown option '--pasword'/,
    ],
    ['nobody to ask', ['create-superuser', ...email], /no terminal.*--password-stdin/],
    ['no address', ['create-superuser', '--password-stdin'], /--email <address>' not specified/],
    ['nobody named', ['deactivate'], /--email <address> or --id <id>/],
    ['two named', ['revoke-sessions', ...email, '--id', '1'], /cannot be used with/],
    ['contradictory filters', ['list', '--active', '--inactive'], /cannot be used with/],
    ['no number', ['list', '--limit', '0'], /whole number above 0/],
    ['no JSON', ['create-superuser', ...email, '--data', 'CANARY'], /not JSON/],
    ['an unknown command', ['destroy'], /unknown command 'destroy'/],
    ['too many words', ['list', 'users'], /too many arguments/],
    ['control characters', ['\u001b[2J'], /unknown command '\\u001b\[2J'/],
    ['no command', [], /Usage: nestjs-users/],
  ])('ends with 2 before the application boots: %s', async (_what, args, message) => {
    expect(await run(args)).toBe(2);
    expect(written.stdout).toBe('');
    expect(written.stderr).toMatch(message);
    expect(written.stderr).not.toMatch(/CANARY|^\s+at /m);
    expect(written.stderr).not.toContain('\u001b');
  });

  it('tells how to call it rightly, on standard output', async () => {
    expect(await run(['create-superuser', '--help'])).toBe(0);
    expect(written.stdout).toMatch(/--password-stdin[\s\S]*--app/);
    expect(await run(['--version'])).toBe(0);
    expect(written.stderr).toBe('');
  });

  it('gives standard output back', async () => {
    const { write } = process.stdout;
    await run(['destroy']);
    expect(process.stdout.write).toBe(write);
  });
});
