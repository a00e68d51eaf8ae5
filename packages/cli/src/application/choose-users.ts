import type { INestApplicationContext } from '@nestjs/common';
import { findUsersServices, type UsersService } from '@nestjs-users/core';
import { UsageError } from '../cli.errors.js';

/**
 * The users that a command is about: those of the module with this name, or of the only one.
 *
 * @throws UsageError there is none, or more than one
 */
export function chooseUsers(app: INestApplicationContext, name: string | undefined): UsersService {
  const found = findUsersServices(app);
  const names = found.map((module) => module.name).join(', ');
  if (found.length === 0) {
    throw new UsageError(
      'The application has no UsersModule. Give --app the module that imports it.',
    );
  }
  const [match, ...others] = found.filter((module) => name === undefined || module.name === name);
  if (!match) throw new UsageError(`No UsersModule is called ${name}. There are: ${names}.`);
  if (others.length === 0) return match.users;
  throw new UsageError(
    name === undefined
      ? `The application has several UsersModules: ${names}. Say which one: --module ${found[0]?.name}.`
      : `Several UsersModules are called ${name}. Give each a \`name\` of its own in its options.`,
  );
}
