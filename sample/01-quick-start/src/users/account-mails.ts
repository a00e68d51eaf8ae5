import { Injectable } from '@nestjs/common';
import {
  OnUserDeleted,
  OnUserEmailChanged,
  OnUserEmailChangeRequested,
  OnUserForgotPassword,
  OnUserPasswordChanged,
  OnUserPasswordReset,
  OnUserRegistered,
  OnUserVerificationRequested,
  type UserDeletedEvent,
  type UserEmailChangedEvent,
  type UserEmailChangeRequestedEvent,
  type UserEvent,
  type UserForgotPasswordEvent,
  type UserRegisteredEvent,
  type UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { Mailer } from '../mailer.js';
import type { User } from './user.entity.js';

/**
 * Hears what happens to users. A slow or failing mail server delays and breaks no request.
 *
 * Nobody but the owner of the mailbox ever sees a token: whoever has it may do what the mail is for.
 */
@Injectable()
export class AccountMails {
  constructor(private readonly mailer: Mailer) {}

  @OnUserRegistered()
  async welcome({ user }: UserRegisteredEvent<User>): Promise<void> {
    const text = `Hello ${user.firstName ?? 'there'}, good to have you.`;
    await this.mailer.send({ to: user.email, subject: 'Welcome', text });
  }

  @OnUserVerificationRequested()
  async verify({ user, token }: UserVerificationRequestedEvent<User>): Promise<void> {
    const text = link('verify', token);
    await this.mailer.send({ to: user.email, subject: 'Verify your address', text });
  }

  @OnUserForgotPassword()
  async resetPassword({ user, token }: UserForgotPasswordEvent<User>): Promise<void> {
    const text = link('reset-password', token);
    await this.mailer.send({ to: user.email, subject: 'Choose a new password', text });
  }

  /** Two mails, each with its own token: the new address says yes, the old one may say no. */
  @OnUserEmailChangeRequested()
  async changeEmail(event: UserEmailChangeRequestedEvent<User>): Promise<void> {
    const { user, newEmail, token, cancelToken } = event;
    const confirm = link('confirm-email-change', token);
    await this.mailer.send({ to: newEmail, subject: 'Confirm your new address', text: confirm });
    const cancel = link('cancel-email-change', cancelToken);
    await this.mailer.send({ to: user.email, subject: 'Not you? Keep this address', text: cancel });
  }

  @OnUserEmailChanged()
  async emailChanged({ user, previousEmail }: UserEmailChangedEvent<User>): Promise<void> {
    const text = `From now on we write to ${user.email}.`;
    await this.mailer.send({ to: previousEmail, subject: 'Your address was changed', text });
  }

  @OnUserPasswordChanged()
  @OnUserPasswordReset()
  async passwordChanged({ user }: UserEvent<User>): Promise<void> {
    const text = 'Was it not you? Then choose another one at once.';
    await this.mailer.send({ to: user.email, subject: 'Your password was changed', text });
  }

  @OnUserDeleted()
  async goodbye({ user }: UserDeletedEvent<User>): Promise<void> {
    const text = `Goodbye, ${user.firstName ?? 'whoever you are'}.`;
    await this.mailer.send({ to: user.email, subject: 'Your account was deleted', text });
  }
}

/**
 * A page of the front end, which posts the token to the route of that name. After `#`, because what
 * stands there gets into no log and no `Referer`.
 */
function link(page: string, token: string): string {
  return `https://app.example.org/${page}#token=${token}`;
}
