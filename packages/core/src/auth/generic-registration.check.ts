import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { USERS_POLICY, type UsersPolicy } from '../users/users.policy.js';
import { AuthBackend } from './auth-backend.js';
import { Backends } from './backends.js';

/**
 * Warns when a generic registration is told by the login after it: where the unverified may log in,
 * whoever registers an address learns by the password just given whether it was free.
 */
@Injectable()
export class GenericRegistrationCheck implements OnApplicationBootstrap {
  readonly #logger = new Logger('UsersModule');

  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(USERS_POLICY) private readonly policy: UsersPolicy,
  ) {}

  onApplicationBootstrap(): void {
    if (this.policy.registration !== 'generic') return;
    const telling = this.backends
      .all()
      .filter((backend) => backend instanceof AuthBackend && !backend.requireVerified)
      .map(({ name }) => `"${name}"`);
    if (telling.length === 0) return;
    this.#logger.warn(
      "registration: 'generic' hides who has an account, but a login tells whether a registration " +
        `has just made one. Write requireVerified: true at ${telling.join(', ')}.`,
    );
  }
}
