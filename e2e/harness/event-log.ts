import { inspect } from 'node:util';
import {
  createListenerDecorator,
  type EventType,
  UserForgotPasswordEvent,
  UsersEvent,
  UsersEventBus,
} from '@nestjs-users/core';
import { Inject, Injectable } from '@nestjs/common';

const OnAnyEvent = createListenerDecorator(UsersEvent);

/** Hears everything, in order. */
@Injectable()
export class EventLog {
  readonly all: UsersEvent[] = [];

  constructor(@Inject(UsersEventBus) private readonly bus: UsersEventBus) {}

  @OnAnyEvent()
  keep(event: UsersEvent): void {
    this.all.push(event);
  }

  /** The events of a kind, once all listeners have ended. */
  async of<E extends UsersEvent>(type: EventType<E>): Promise<E[]> {
    await this.bus.settled();
    return this.all.filter((event): event is E => event instanceof type);
  }

  /** The reset tokens that were sent to an address, the latest last. */
  async resetTokens(email: string): Promise<string[]> {
    const events = await this.of(UserForgotPasswordEvent);
    return events.filter(({ user }) => user.email === email).map(({ token }) => token);
  }

  /** What a careless listener would print. */
  print(): string {
    return this.all.map((event) => inspect(event, { depth: 10 })).join('\n');
  }
}
