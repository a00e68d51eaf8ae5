import type { BaseUser } from '@nestjs-users/core';
import type { Command } from 'commander';
import { RefusedError } from '../cli.errors.js';
import { aboutOneUser, assertNamed, findOne, type OneUserOptions } from './one-user.js';
import type { Session } from './session.js';
import { shownUser } from './shown-user.js';

/** A command that changes one flag of one user. */
interface FlagCommand {
  readonly name: string;
  readonly description: string;
  readonly changes: Partial<Pick<BaseUser, 'isActive' | 'isSuperuser'>>;
  /** What is said afterwards, of whoever it was: `anna@example.com …`. */
  readonly outcome: string;
  /** @throws RefusedError it would be a mistake */
  readonly check?: (user: BaseUser, options: Options) => void;
}

interface Options extends OneUserOptions {
  readonly unverified?: boolean;
}

const DEACTIVATE: FlagCommand = {
  name: 'deactivate',
  description: 'lock a user out: no login, and all sessions end',
  changes: { isActive: false },
  outcome: 'is deactivated',
};

const ACTIVATE: FlagCommand = {
  name: 'activate',
  description: 'let a deactivated user log in again',
  changes: { isActive: true },
  outcome: 'is active',
};

const PROMOTE: FlagCommand = {
  name: 'promote',
  description: 'make a user a superuser, who keeps the password they have',
  changes: { isSuperuser: true },
  outcome: 'is a superuser',
  check: ({ email, isVerified }, { unverified }) => {
    if (isVerified || unverified) return;
    throw new RefusedError(
      `Nobody has proven that ${email} is theirs: whoever registered it would become superuser. ` +
        '`nestjs-users create-superuser --promote` gives the account a new password; --unverified is for ' +
        'those who know whose it is.',
    );
  },
};

const DEMOTE: FlagCommand = {
  name: 'demote',
  description: 'make a superuser an ordinary user',
  changes: { isSuperuser: false },
  outcome: 'is no superuser',
};

/** `deactivate`, `activate`, `promote`, `demote`: each may be repeated without harm. */
export function addFlagCommands(program: Command, session: Session): void {
  addFlagCommand(program, session, DEACTIVATE);
  addFlagCommand(program, session, ACTIVATE);
  addFlagCommand(program, session, PROMOTE).option(
    '--unverified',
    'also if nobody has proven that the address is theirs',
  );
  addFlagCommand(program, session, DEMOTE);
}

function addFlagCommand(program: Command, session: Session, flag: FlagCommand): Command {
  const { name, description, changes, outcome, check } = flag;
  return aboutOneUser(program.command(name))
    .description(description)
    .action(async (options: Options, command: Command) => {
      assertNamed(options);
      await session.run(command, async (users, answer) => {
        const user = await findOne(users, options);
        check?.(user, options);
        const updated = await users.update(user, changes);
        await answer.say(`${updated.email} ${outcome}.`, {
          result: `${name}d`,
          user: shownUser(updated),
        });
      });
    });
}
