import type { UsersService } from '@nestjs-users/core';
import type { Command } from 'commander';
import { type ApplicationModule } from '../application/choose-module.js';
import { chooseUsers } from '../application/choose-users.js';
import { loadModule } from '../application/load-module.js';
import { withApplication } from '../application/with-application.js';
import { Answer } from '../terminal/answer.js';
import { passwordSource, type PasswordSource } from '../terminal/passwords.js';
import { StderrLogger } from '../terminal/stderr.logger.js';
import type { Terminal } from '../terminal/terminal.js';

/** Options that every command has. */
export interface GlobalOptions {
  readonly app?: string;
  readonly module?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** What a command works with. */
export type Work = (users: UsersService, answer: Answer) => Promise<void>;

/** The surroundings of one command: the terminal, and the application that it boots. */
export class Session {
  constructor(
    private readonly terminal: Terminal,
    private readonly module?: ApplicationModule,
  ) {}

  /** Where a new password comes from. Asked before the application boots: a mistake is told at once. */
  passwords({ passwordStdin = false }: { passwordStdin?: boolean }): PasswordSource {
    return passwordSource(this.terminal, passwordStdin);
  }

  /** Boots the application that the options name, works with its users, and shuts it down. */
  async run(command: Command, work: Work): Promise<void> {
    const { app, module: name, json, verbose } = command.optsWithGlobals<GlobalOptions>();
    const logger = new StderrLogger(this.terminal.stderr, verbose === true);
    const answer = new Answer(this.terminal, json === true);
    await withApplication(this.module ?? (await loadModule(app)), logger, (context) =>
      work(chooseUsers(context, name), answer),
    );
  }
}
