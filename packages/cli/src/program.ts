import { createRequire } from 'node:module';
import { Command, Option } from 'commander';
import { addCreateSuperuser } from './commands/create-superuser.js';
import { addFlagCommands } from './commands/flags.js';
import { addList } from './commands/list.js';
import { addRevokeSessions } from './commands/revoke-sessions.js';
import type { Session } from './commands/session.js';
import { addSetPassword } from './commands/set-password.js';
import { printableLines } from './terminal/printable.js';
import type { Terminal } from './terminal/terminal.js';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const AFTER_HELP = `
Passwords are asked for, or read from standard input, and never taken from arguments.
The application boots as it does in production, with its environment, but without its server.

Exit codes:
  0    done
  1    the application does not start, or its database does not answer
  2    the command was called wrongly
  3    refused: by the password policy, by a listener, no such user, exists already, last superuser
  130  cancelled at the prompt
`;

/** The command line: what can be said, and who carries it out. */
export function createProgram(session: Session, { stdout, stderr }: Terminal): Command {
  const program = new Command('nestjs-users')
    .description(
      "Operations on the users of a NestJS application, through the application's own module.",
    )
    .version(version)
    .addOption(
      new Option(
        '--app <path>',
        'compiled file of the root module, path[#ExportName] (default: dist/app.module.js)',
      ).env('NESTJS_USERS_APP'),
    )
    .option('--module <name>', '`name` of the UsersModule, where the application has several')
    .option('--json', 'answer in JSON, one value a line')
    .option('--verbose', 'show the whole log of the application, and stack traces')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, print) => print(ownLine(text)),
    })
    .exitOverride();

  addCreateSuperuser(program, session);
  addSetPassword(program, session);
  addFlagCommands(program, session);
  addRevokeSessions(program, session);
  addList(program, session);
  return program.addHelpText('after', AFTER_HELP);
}

/** As the other messages begin. A misspelt `--pasword=…` is not repeated with its value. */
function ownLine(text: string): string {
  const line = text.replace(/^error: /, '').replace(/'(--?[\w-]+)=.*'/s, "'$1'");
  return `${printableLines(`nestjs-users: ${line.trimEnd()}`)}\n`;
}
