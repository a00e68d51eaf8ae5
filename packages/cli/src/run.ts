import { CommanderError } from 'commander';
import type { ApplicationModule } from './application/choose-module.js';
import { Session } from './commands/session.js';
import { AnswerUnreadError } from './cli.errors.js';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import { explain } from './explain.js';
import { createProgram } from './program.js';
import { refusePasswords } from './refuse-passwords.js';
import { withOwnStdout } from './terminal/own-stdout.js';
import { printableLines } from './terminal/printable.js';
import { type Terminal, write } from './terminal/terminal.js';

/** Options of {@link runUsersCommand}. @publicApi */
export interface RunOptions {
  /**
   * The module to boot, for an application that has no file of it: one that is bundled, or not
   * compiled. Default: what `--app` names.
   */
  readonly module?: ApplicationModule;
}

/**
 * Runs one command, as `npx nestjs-users` does, and answers the exit code. It does not throw, and
 * does not end the process.
 *
 * @param args - what stands after the name of the command
 *
 * @example
 * // src/users-cli.ts, bundled beside main.ts
 * process.exit(await runUsersCommand(process.argv.slice(2), { module: AppModule }));
 * @publicApi
 */
export async function runUsersCommand(
  args: readonly string[],
  options: RunOptions = {},
): Promise<ExitCode> {
  return withOwnStdout(async (terminal) => {
    try {
      refusePasswords(args);
      const session = new Session(terminal, options.module);
      await createProgram(session, terminal).parseAsync(args, { from: 'user' });
      return EXIT_CODES.ok;
    } catch (error) {
      return report(error, terminal, args.includes('--verbose'));
    }
  });
}

async function report(error: unknown, { stderr }: Terminal, isVerbose: boolean): Promise<ExitCode> {
  // It has been said already; help and version are no errors.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  if (error instanceof AnswerUnreadError) return error.exitCode;
  const { exitCode, text } = explain(error);
  const stack = isVerbose ? `\n${stackOf(error)}` : '';
  await write(stderr, `${printableLines(`nestjs-users: ${text}${stack}`)}\n`);
  return exitCode;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause === undefined ? '' : `\n${stackOf(error.cause)}`;
  return `${error.stack ?? ''}${cause}`;
}
