import type { BaseUser, UserPageQuery, UsersService } from '@nestjs-users/core';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Session } from './session.js';
import { shownUser } from './shown-user.js';
import { UsersTable } from './users-table.js';

interface Options {
  readonly email?: string;
  readonly search?: string;
  readonly active?: boolean;
  readonly inactive?: boolean;
  readonly superuser?: boolean;
  readonly verified?: boolean;
  readonly unverified?: boolean;
  readonly limit?: number;
}

/** `list`: all users, page by page, so that their number does not matter. */
export function addList(program: Command, session: Session): void {
  program
    .command('list')
    .description('show users in the order of their ids, one a line; with --json as JSON lines')
    .option('--email <address>', 'only the user with this address')
    .option('--search <text>', 'only users whose address contains this text')
    .addOption(new Option('--active', 'only users who may log in').conflicts('inactive'))
    .option('--inactive', 'only deactivated users')
    .option('--superuser', 'only superusers')
    .addOption(new Option('--verified', 'only verified users').conflicts('unverified'))
    .option('--unverified', 'only users who are not verified')
    .option('--limit <number>', 'no more than so many', readLimit)
    .action(async (options: Options, command: Command) => {
      await session.run(command, async (users, answer) => {
        const table = new UsersTable();
        await answer.remark(table.header);
        for await (const user of matching(users, options)) {
          await answer.say(table.row(user), shownUser(user));
        }
      });
    });
}

const PAGE = 100;

async function* matching(users: UsersService, options: Options): AsyncGenerator<BaseUser> {
  let left = options.limit ?? Infinity;
  let cursor: string | null = null;
  do {
    const query = { ...queryOf(options), limit: Math.min(PAGE, left), ...(cursor && { cursor }) };
    const page = await users.list(query);
    yield* page.items;
    left -= page.items.length;
    cursor = page.nextCursor;
  } while (cursor !== null && left > 0);
}

function queryOf({ email, search, ...flags }: Options): UserPageQuery {
  const isActive = flags.active ?? (flags.inactive && false);
  const isVerified = flags.verified ?? (flags.unverified && false);
  return {
    ...(email !== undefined && { email }),
    ...(search !== undefined && { search }),
    ...(isActive !== undefined && { isActive }),
    ...(flags.superuser && { isSuperuser: true }),
    ...(isVerified !== undefined && { isVerified }),
  };
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit > 0 && Number.isSafeInteger(limit)) return limit;
  throw new InvalidArgumentError('Write a whole number above 0.');
}
