import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { UserAlreadyExistsError, UsersService } from '@nestjs-users/core';
import type { User } from './user.entity.js';

/**
 * Creates the first superuser from `SUPERUSER_EMAIL` and `SUPERUSER_PASSWORD`: no public route ever
 * makes one. May stay set: at later starts, and in other processes that start at the same time, the
 * database says that the user exists.
 */
@Injectable()
export class FirstSuperuser implements OnApplicationBootstrap {
  private readonly logger = new Logger(FirstSuperuser.name);

  constructor(
    private readonly config: ConfigService,
    private readonly users: UsersService<User>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const email = this.config.get<string>('SUPERUSER_EMAIL');
    const password = this.config.get<string>('SUPERUSER_PASSWORD');
    if (!email || !password) return;
    try {
      // Who may set the environment is trusted with the address too: no need to verify it.
      await this.users.create({ email, password, isSuperuser: true, isVerified: true });
      this.logger.log(`Created the superuser ${email}.`);
    } catch (error) {
      if (!(error instanceof UserAlreadyExistsError)) throw error;
      await this.#warnIfOrdinary(email);
    }
  }

  /** Somebody else may have registered the address before, so that the account is not ours to promote. */
  async #warnIfOrdinary(email: string): Promise<void> {
    const { isSuperuser } = await this.users.getByEmail(email);
    if (!isSuperuser) this.logger.warn(`${email} exists and is no superuser. It stays so.`);
  }
}
