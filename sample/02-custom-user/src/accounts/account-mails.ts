import { Injectable } from '@nestjs/common';
import {
  OnUserForgotPassword,
  OnUserPasswordChanged,
  OnUserPasswordReset,
  OnUserRegistered,
  type UserEvent,
  type UserForgotPasswordEvent,
  type UserRegisteredEvent,
} from '@nestjs-users/core';
import { Mailer } from '../mailer.js';
import type { Account } from './account.entity.js';

/** Hears what has happened. A slow or failing mail server delays and breaks no request. */
@Injectable()
export class AccountMails {
  constructor(private readonly mailer: Mailer) {}

  @OnUserRegistered()
  async welcome({ user }: UserRegisteredEvent<Account>): Promise<void> {
    await this.mailer.send(user.email, `Welcome, ${user.displayName}`, 'Good to have you.');
  }

  @OnUserForgotPassword()
  async sendResetLink({ user, token }: UserForgotPasswordEvent<Account>): Promise<void> {
    const link = `https://app.example.org/reset-password#token=${token}`;
    await this.mailer.send(user.email, 'Choose a new password', link);
  }

  /** One method may hear several events. */
  @OnUserPasswordChanged()
  @OnUserPasswordReset()
  async tellOwner({ user }: UserEvent<Account>): Promise<void> {
    await this.mailer.send(user.email, 'Your password was changed', 'Was it not you? Tell us.');
  }
}
