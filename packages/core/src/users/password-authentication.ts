import { Inject, Injectable } from '@nestjs/common';
import type { LoginFailure } from '../events/refusal.events.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { findByEmail } from './find-by-email.js';
import { LoginWatch } from './login-watch.js';
import { USERS_ADAPTER } from './required-adapter.js';
import type { CredentialOptions } from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import { UserWriter } from './user-writer.js';
import type { UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';

/** Who has this address and this password. */
@Injectable()
export class PasswordAuthentication<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(UserWriter) private readonly writer: UserWriter<U>,
    @Inject(AttemptLimits) private readonly attempts: AttemptLimits,
    @Inject(LoginWatch) private readonly logins: LoginWatch<U>,
  ) {}

  /** See `UsersService.authenticate`. */
  authenticate(email: string, password: string, options: CredentialOptions): Promise<U | null> {
    const { isVerifiedOnly = false, request, backend } = options;
    const step = { span: 'nestjs_users.authenticate', isLast: false, backend, email } as const;
    return this.logins.watch({ ...step, request }, async (login) => {
      const attempt = await this.attempts.password(email, request);
      const row = await findByEmail(this.adapter, email);
      const refusal = refusalOf(row, isVerifiedOnly);
      // Whoever is not served is nobody: the time of an answer must not say that the password was right.
      const hash = refusal ? null : row?.hashedPassword;
      const isRight = await this.passwords.verify(password, hash);
      if (!row || !isRight) {
        login.fail(refusal ?? 'wrong_password', row);
        return null;
      }
      await attempt.succeeded();
      await this.writer.renewHash(row, password);
      return hideSecrets(row);
    });
  }
}

/** Why a row is not served, whatever the password. */
function refusalOf(row: BaseUser | null, isVerifiedOnly: boolean): LoginFailure | undefined {
  if (!row) return 'unknown_account';
  if (row.isActive !== true) return 'inactive';
  return isVerifiedOnly && !row.isVerified ? 'unverified' : undefined;
}
