import { inspect } from 'node:util';
import {
  BeforeUserDeleteEvent,
  BeforeUserLoginEvent,
  BeforeUserRegisterEvent,
  BeforeUserUpdateEvent,
  DuringUserExportEvent,
  type EventType,
  UserForgotPasswordEvent,
  UserVerificationRequestedEvent,
  type UsersEvent,
  UsersEventBus,
} from '@nestjs-users/core';
import { CapturedEvents } from '@nestjs-users/testing';
import { Inject, Injectable } from '@nestjs/common';

/** What is about to happen, and may be refused. */
const QUESTIONS = [
  BeforeUserDeleteEvent,
  BeforeUserLoginEvent,
  BeforeUserRegisterEvent,
  BeforeUserUpdateEvent,
  DuringUserExportEvent,
];

/** Hears everything, in order. */
@Injectable()
export class EventLog {
  constructor(
    @Inject(CapturedEvents) readonly captured: CapturedEvents,
    @Inject(UsersEventBus) private readonly bus: UsersEventBus,
  ) {}

  get all(): readonly UsersEvent[] {
    return this.captured.all();
  }

  /** The events of a kind, once all listeners have ended. */
  async of<T extends EventType>(type: T): Promise<InstanceType<T>[]> {
    await this.bus.settled();
    return this.captured.of(type);
  }

  /** What has happened while something was done, once all listeners have ended. */
  async during(deed: () => Promise<unknown>): Promise<UsersEvent[]> {
    await this.bus.settled();
    const before = this.all.length;
    await deed();
    await this.bus.settled();
    return this.all
      .slice(before)
      .filter((event) => !QUESTIONS.some((question) => event instanceof question));
  }

  /** The reset tokens that were sent to an address, the latest last. */
  async resetTokens(email: string): Promise<string[]> {
    const events = await this.of(UserForgotPasswordEvent);
    return events.filter(({ user }) => user.email === email).map(({ token }) => token);
  }

  /** The verification tokens that were sent to an address, the latest last. */
  async verificationTokens(email: string): Promise<string[]> {
    const events = await this.of(UserVerificationRequestedEvent);
    return events.filter(({ user }) => user.email === email).map(({ token }) => token);
  }

  /** What a careless listener would print. */
  print(): string {
    return this.all.map((event) => inspect(event, { depth: 10 })).join('\n');
  }
}
