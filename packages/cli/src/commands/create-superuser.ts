import {
  type BaseUser,
  type CreateUserInput,
  UserAlreadyExistsError,
  type UsersService,
} from '@nestjs-users/core';
import type { Command } from 'commander';
import { RefusedError } from '../cli.errors.js';
import { byEmail } from './one-user.js';
import { readOwnColumns } from './own-columns.js';
import { PASSWORD_STDIN } from './password-stdin.js';
import type { Session } from './session.js';
import { shownUser } from './shown-user.js';

interface Options {
  readonly email: string;
  readonly data?: Record<string, unknown>;
  readonly promote?: boolean;
  readonly passwordStdin?: boolean;
}

/** The rights of a superuser. Whoever may run this command is trusted with the address too. */
const SUPERUSER = { isSuperuser: true, isVerified: true };

/** `create-superuser`: the first one, without touching the database. */
export function addCreateSuperuser(program: Command, session: Session): void {
  program
    .command('create-superuser')
    .description('create a superuser: active, verified, with a password of your choice')
    .requiredOption('--email <address>', 'the address to log in with')
    .option('--data <json>', 'your own columns, as a JSON object', readOwnColumns)
    .option(
      '--promote',
      'if the address has an account already, give that one the new password, end its sessions and make it the superuser',
    )
    .option(...PASSWORD_STDIN)
    .action(async (options: Options, command: Command) => {
      const passwords = session.passwords(options);
      await session.run(command, async (users, answer) => {
        const existing = await byEmail(users, options.email);
        if (existing) assertPromotable(existing, options);
        const user = await passwords.offer(options.email, (password) =>
          existing
            ? users.update(existing, { ...options.data, ...SUPERUSER, password })
            : create(users, { ...options.data, ...SUPERUSER, email: options.email, password }),
        );
        const result = existing ? 'promoted' : 'created';
        const done = existing ? 'Promoted' : 'Created';
        await answer.say(`${done} the superuser ${user.email}, id ${user.id}.`, {
          result,
          user: shownUser(user),
        });
      });
    });
}

function assertPromotable({ email, isActive, isSuperuser }: BaseUser, { promote }: Options): void {
  if (!promote) throw existsAlready(email, isSuperuser);
  if (!isActive) {
    throw new RefusedError(
      `${email} is deactivated. \`nestjs-users activate\` first, if that is meant.`,
    );
  }
}

async function create(users: UsersService, input: CreateUserInput): Promise<BaseUser> {
  try {
    return await users.create(input);
  } catch (error) {
    throw error instanceof UserAlreadyExistsError ? existsAlready(input.email, false) : error;
  }
}

/** Whoever registered the address first may be a stranger: they do not become superuser by mistake. */
function existsAlready(email: string, isSuperuser: boolean): RefusedError {
  return new RefusedError(
    isSuperuser
      ? `${email} exists already, and is a superuser. \`nestjs-users set-password\` gives a new password.`
      : `${email} exists already, and is no superuser. With --promote, the account gets the new password, ` +
          'its sessions end, and it becomes one.',
    'REGISTER_USER_ALREADY_EXISTS',
  );
}
