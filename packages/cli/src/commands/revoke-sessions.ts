import type { Command } from 'commander';
import { aboutOneUser, assertNamed, findOne, type OneUserOptions } from './one-user.js';
import type { Session } from './session.js';
import { shownUser } from './shown-user.js';

/** `revoke-sessions`: "log out everywhere", for a lost device or a token in the wrong hands. */
export function addRevokeSessions(program: Command, session: Session): void {
  aboutOneUser(program.command('revoke-sessions'))
    .description('end all sessions and tokens of a user, who may log in again')
    .action(async (options: OneUserOptions, command: Command) => {
      assertNamed(options);
      await session.run(command, async (users, answer) => {
        const user = await findOne(users, options);
        await users.revokeCredentials(user);
        await answer.say(`All sessions of ${user.email} have ended.`, {
          result: 'revoked',
          user: shownUser(await users.get(user.id)),
        });
      });
    });
}
