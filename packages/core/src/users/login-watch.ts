import { Inject, Injectable } from '@nestjs/common';
import { type LoginFailure, UserLoginFailedEvent } from '../events/refusal.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import type { OriginalRequest } from '../events/users.events.js';
import { outcomeOf } from '../telemetry/outcome.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import type { BaseUser } from './user.js';

/** A step of a login. */
export interface LoginStep {
  readonly span: 'nestjs_users.authenticate' | 'nestjs_users.login';
  /** Whether whoever passes it is logged in. */
  readonly isLast: boolean;
  readonly backend: string | undefined;
  /** As it was typed, or the account's. */
  readonly email: string;
  readonly request: OriginalRequest | undefined;
}

/** What becomes of a step while it is taken. */
export class LoginAttempt<U extends BaseUser> {
  failure: { readonly reason: LoginFailure; readonly user: U | null } | undefined;

  /** It has failed. Says the same for everybody, at the same cost. */
  fail(reason: LoginFailure, user: U | null): void {
    this.failure = { reason, user };
  }
}

/** Counts logins, and tells the listeners of those that fail: in each step, once. */
@Injectable()
export class LoginWatch<U extends BaseUser = BaseUser> {
  constructor(
    @Inject(UsersTelemetry) private readonly telemetry: UsersTelemetry,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** Takes a step; it says by its attempt why it fails, and answers or throws as it likes. */
  watch<T>(step: LoginStep, work: (attempt: LoginAttempt<U>) => Promise<T>): Promise<T> {
    const attempt = new LoginAttempt<U>();
    const attributes = { ...(step.backend !== undefined && { backend: step.backend }) };
    const outcome = (): string => attempt.failure?.reason ?? 'ok';
    const count = (what: string): void =>
      this.telemetry.count('nestjs_users.login.attempts', { ...attributes, outcome: what });
    return this.telemetry.span({ span: step.span, attributes, outcome }, async () => {
      try {
        const result = await work(attempt);
        if (attempt.failure || step.isLast) count(outcome());
        return result;
      } catch (error) {
        count(attempt.failure?.reason ?? outcomeOf(error));
        throw error;
      } finally {
        if (attempt.failure) this.#tell(step, attempt.failure);
      }
    });
  }

  #tell(
    { backend, email, request }: LoginStep,
    { reason, user }: NonNullable<LoginAttempt<U>['failure']>,
  ): void {
    this.events.emitRefusal(
      () => new UserLoginFailedEvent(user, reason, backend ?? null, email, request),
      request,
    );
  }
}
