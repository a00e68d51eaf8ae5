import type { Command } from 'commander';
import { aboutOneUser, assertNamed, findOne, type OneUserOptions } from './one-user.js';
import { PASSWORD_STDIN } from './password-stdin.js';
import type { Session } from './session.js';
import { shownUser } from './shown-user.js';

interface Options extends OneUserOptions {
  readonly passwordStdin?: boolean;
}

/** `set-password`: for somebody who cannot do it by mail. */
export function addSetPassword(program: Command, session: Session): void {
  aboutOneUser(program.command('set-password'))
    .description('give a user a new password, which ends all their sessions')
    .option(...PASSWORD_STDIN)
    .action(async (options: Options, command: Command) => {
      assertNamed(options);
      const passwords = session.passwords(options);
      await session.run(command, async (users, answer) => {
        const user = await findOne(users, options);
        const updated = await passwords.offer(user.email, (password) =>
          users.update(user, { password }),
        );
        await answer.say(`${user.email} has a new password. All sessions have ended.`, {
          result: 'password-set',
          user: shownUser(updated),
        });
      });
    });
}
