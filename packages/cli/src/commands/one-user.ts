import { type BaseUser, UserNotFoundError, type UsersService } from '@nestjs-users/core';
import { type Command, Option } from 'commander';
import { RefusedError, UsageError } from '../cli.errors.js';

/** Whom a command is about. */
export interface OneUserOptions {
  readonly email?: string;
  readonly id?: string;
}

/** Gives a command the options that name one user. */
export function aboutOneUser(command: Command): Command {
  return command
    .addOption(new Option('--email <address>', 'the user with this address').conflicts('id'))
    .addOption(new Option('--id <id>', 'the user with this id'));
}

/** @throws UsageError nobody is named: before the application boots */
export function assertNamed({ email, id }: OneUserOptions): void {
  if (email === undefined && id === undefined) {
    throw new UsageError('Say which user: --email <address> or --id <id>.');
  }
}

/** @throws RefusedError there is no such user */
export async function findOne(
  users: UsersService,
  { email, id }: OneUserOptions,
): Promise<BaseUser> {
  const user = email === undefined ? await byId(users, id) : await byEmail(users, email);
  if (user) return user;
  throw new RefusedError(
    `There is no user ${email ?? id}. \`nestjs-users list\` shows those that there are.`,
    'USER_NOT_FOUND',
  );
}

/** The user with this address, if there is one. */
export async function byEmail(users: UsersService, email: string): Promise<BaseUser | undefined> {
  return orNobody(() => users.getByEmail(email));
}

async function byId(users: UsersService, text: string | undefined): Promise<BaseUser | undefined> {
  const id = users.parseId(text);
  return id === undefined ? undefined : orNobody(() => users.get(id));
}

async function orNobody(find: () => Promise<BaseUser>): Promise<BaseUser | undefined> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof UserNotFoundError) return undefined;
    throw error;
  }
}
