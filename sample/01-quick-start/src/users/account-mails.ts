import { Injectable } from '@nestjs/common';
import {
  OnUserForgotPassword,
  OnUserRegistered,
  type UserForgotPasswordEvent,
  type UserRegisteredEvent,
} from '@nestjs-users/core';
import { Mailer } from '../mailer.js';
import type { User } from './user.entity.js';

/** Hears what happens to users. A slow or failing mail server delays and breaks no request. */
@Injectable()
export class AccountMails {
  constructor(private readonly mailer: Mailer) {}

  @OnUserRegistered()
  async welcome({ user }: UserRegisteredEvent<User>): Promise<void> {
    await this.mailer.send({
      to: user.email,
      subject: 'Welcome',
      text: `Hello ${user.firstName ?? 'there'}, good to have you.`,
    });
  }

  /** The only place that ever sees the token: whoever has it may choose a new password. */
  @OnUserForgotPassword()
  async sendResetLink({ user, token }: UserForgotPasswordEvent<User>): Promise<void> {
    await this.mailer.send({
      to: user.email,
      subject: 'Choose a new password',
      // The page behind the link asks for the password and posts both to /users/reset-password.
      text: `https://app.example.org/reset-password#token=${token}`,
    });
  }
}
