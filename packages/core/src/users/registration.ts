import { Inject, Injectable } from '@nestjs/common';
import { BeforeUserRegisterEvent, type RegistrationInput } from '../events/before-users.events.js';
import { UserEmailClaimedEvent } from '../events/email-change.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserRegisteredEvent, type UsersEvent } from '../events/users.events.js';
import { MailLimits } from '../limits/mail-limits.js';
import { PasswordsService } from '../passwords/passwords.service.js';
import { newSecurityStamp } from '../tokens/fingerprint.js';
import { EmailVerification } from './email-verification.js';
import { findByEmail } from './find-by-email.js';
import { USERS_ADAPTER } from './required-adapter.js';
import { takeAtLeast, WRITE_MS } from './take-at-least.js';
import { UnitOfWork } from './unit-of-work.js';
import {
  type CallOptions,
  type CreateUserInput,
  requireCanonicalEmail,
  writableFields,
  type WriteOptions,
} from './user-input.js';
import { hideSecrets } from './user-secrets.js';
import type { NewUser, UserAdapter } from './user.adapter.js';
import type { BaseUser } from './user.js';
import { UserAlreadyExistsError } from './users.errors.js';
import { USERS_POLICY, type UsersPolicy } from './users.policy.js';

/** How users come to be. */
@Injectable()
export class Registration<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UnitOfWork) private readonly work: UnitOfWork<U>,
    @Inject(PasswordsService) private readonly passwords: PasswordsService,
    @Inject(EmailVerification) private readonly verification: EmailVerification<U>,
    @Inject(MailLimits) private readonly limits: MailLimits,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
    @Inject(USERS_POLICY) private readonly policy: UsersPolicy,
  ) {}

  /** See `UsersService.create`. */
  async create(input: CreateUserInput<U>, { safe = false, request }: WriteOptions): Promise<U> {
    const row = await this.#prepare(input, safe, request);
    const user = hideSecrets(await this.work.create(row, request));
    await this.events.emit(new UserRegisteredEvent(user, request));
    return user;
  }

  /** See `UsersService.register`. */
  async register(input: CreateUserInput<U>, options: CallOptions): Promise<U | null> {
    const isGeneric = this.policy.registration === 'generic';
    const row = await this.#prepare(input, true, options.request);
    const created = await takeAtLeast(isGeneric ? WRITE_MS : 0, () =>
      this.#insert(row, isGeneric, options.request),
    );
    await this.#announce(row, created, options);
    return isGeneric || !created ? null : hideSecrets(created);
  }

  /** Everything that is done for known and for unknown addresses alike, up to the hash. */
  async #prepare(
    input: CreateUserInput<U>,
    isSafe: boolean,
    request: CallOptions['request'],
  ): Promise<NewUser<U>> {
    const proposal = { ...writableFields(input, isSafe), email: input.email };
    const question = new BeforeUserRegisterEvent<U>(proposal as RegistrationInput<U>, request);
    await this.events.ask(question);

    const { email } = proposal;
    const canonicalEmail = requireCanonicalEmail(email);
    const hashedPassword =
      typeof input.password === 'string'
        ? await this.passwords.hashNew(input.password, { email }, 'REGISTER_INVALID_PASSWORD')
        : null;
    const now = new Date();
    return {
      isActive: true,
      isSuperuser: false,
      isVerified: false,
      ...writableFields(proposal, false),
      email,
      canonicalEmail,
      pendingEmail: null,
      hashedPassword,
      securityStamp: newSecurityStamp(),
      createdAt: now,
      updatedAt: now,
    } as NewUser<U>;
  }

  /** `null` for a taken address that must not be told. */
  async #insert(
    row: NewUser<U>,
    isGeneric: boolean,
    request: CallOptions['request'],
  ): Promise<U | null> {
    try {
      return await this.work.create(row, request);
    } catch (error) {
      if (isGeneric && error instanceof UserAlreadyExistsError) return null;
      throw error;
    }
  }

  /** Tells the listeners of the new user, or the owner of the address that nobody else got it. */
  async #announce(row: NewUser<U>, created: U | null, options: CallOptions): Promise<void> {
    const isVerifying = this.policy.requestVerificationOnRegister;
    const registered = created && new UserRegisteredEvent(created, options.request);
    const verify = async () => (created ? this.verification.eventFor(created, options) : undefined);
    if (this.policy.registration === 'generic') {
      const unseen: (() => Promise<UsersEvent | undefined>)[] = [
        async () => registered ?? this.#claimed(row, options),
      ];
      if (isVerifying) unseen.push(verify);
      await Promise.all(unseen.map((make) => this.events.emitUnseen(make)));
      return;
    }
    if (registered) await this.events.emit(registered);
    const requested = isVerifying ? await verify() : undefined;
    if (requested) await this.events.emit(requested);
  }

  async #claimed(row: NewUser<U>, { request }: CallOptions): Promise<UsersEvent | undefined> {
    const owner = await findByEmail(this.adapter, row.email);
    if (!owner?.isActive || (await this.limits.take('email-claimed', owner, request)) > 0)
      return undefined;
    return new UserEmailClaimedEvent(hideSecrets(owner), request);
  }
}
