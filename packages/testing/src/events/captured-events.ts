import {
  createListenerDecorator,
  type EventType,
  isSameEmail,
  UserEmailChangeRequestedEvent,
  type UserEvent,
  UserForgotPasswordEvent,
  UsersEvent,
  UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';

/** Every event is a {@link UsersEvent}, and listeners hear the subclasses of the class they name. */
const OnAnyUsersEvent = createListenerDecorator(UsersEvent);

interface Waiter {
  readonly wants: (event: UsersEvent) => boolean;
  readonly hear: (event: UsersEvent) => void;
}

/** How long {@link CapturedEvents} waits for what has to come. @publicApi */
export interface CapturedEventsWait {
  /** Default: 2. */
  timeoutSeconds?: number;
}

/** Which event {@link CapturedEvents.next} waits for, and how long. @publicApi */
export interface NextEventOptions<E extends UsersEvent = UsersEvent> extends CapturedEventsWait {
  /** Which events of the class are meant. Default: all. */
  where?: (event: E) => boolean;
}

/** The tokens of both mails about a change of address. @publicApi */
export interface EmailChangeTokens {
  /** From the mail to the new address, for `POST /confirm-email-change`. */
  confirm: string;
  /** From the mail to the old address, for `POST /cancel-email-change`. */
  cancel: string;
}

/**
 * Records the events of an application, with the tokens that they carry: those of things that have
 * happened, and those of `@Before…()` listeners. A provider for the testing module.
 *
 * @example
 * const module = await Test.createTestingModule({
 *   imports: [AppModule],
 *   providers: [CapturedEvents],
 * }).compile();
 * const app = await module.createNestApplication().init();
 * const events = app.get(CapturedEvents);
 *
 * await request(app.getHttpServer()).post('/users/register').send({ email, password });
 * const { user } = await events.next(UserRegisteredEvent);
 * @publicApi
 */
@Injectable()
export class CapturedEvents {
  #events: UsersEvent[] = [];
  /** Events that {@link next} has not answered yet. */
  #fresh: UsersEvent[] = [];
  #waiters: Waiter[] = [];

  /** @internal */
  @OnAnyUsersEvent()
  capture(event: UsersEvent): void {
    this.#events.push(event);
    const waiter = this.#waiters.find(({ wants }) => wants(event));
    if (waiter) waiter.hear(event);
    else this.#fresh.push(event);
  }

  /** All events so far, in the order in which they were heard. */
  all(): readonly UsersEvent[] {
    return [...this.#events];
  }

  /**
   * All events so far of one class. Events are heard a moment after the answer of the route: wait
   * with {@link listenersSettled} to be sure that there are no more.
   */
  of<T extends EventType>(type: T): InstanceType<T>[] {
    return this.#events.filter((event): event is InstanceType<T> => event instanceof type);
  }

  /**
   * The first event of the class that no call of `next` has answered yet; waits for it if there is
   * none. `UserForgotPasswordEvent<Member>`, with the application's own class, types the user.
   *
   * @example
   * const { changes } = await events.next(UserUpdatedEvent, {
   *   where: ({ user }) => user.id === anna.id,
   * });
   * @throws Error if there is none in time: after 2 seconds, or as many as given
   */
  next<T extends EventType>(
    type: T,
    { where = () => true, timeoutSeconds = 2 }: NextEventOptions<InstanceType<T>> = {},
  ): Promise<InstanceType<T>> {
    const wants = (event: UsersEvent): boolean =>
      event instanceof type && where(event as InstanceType<T>);
    const index = this.#fresh.findIndex(wants);
    const [event] = index < 0 ? [] : this.#fresh.splice(index, 1);
    const found = event ? Promise.resolve(event) : this.#wait(wants, type.name, timeoutSeconds);
    return found as Promise<InstanceType<T>>;
  }

  /**
   * The token of the mail for a new password, for `POST /reset-password`: of the first mail to this
   * address that was not asked for yet; waits for it if there is none.
   *
   * @example
   * await request(server).post('/users/forgot-password').send({ email });
   * const token = await events.resetToken(email);
   * await request(server).post('/users/reset-password').send({ token, password }).expect(200);
   * @throws Error if there is none in time
   */
  async resetToken(email: string, wait?: CapturedEventsWait): Promise<string> {
    return (await this.next(UserForgotPasswordEvent, { ...wait, where: isTo(email) })).token;
  }

  /**
   * The token of the mail that verifies an address, for `POST /verify`: of the first mail to this
   * address that was not asked for yet; waits for it if there is none.
   *
   * @example
   * await request(server).post('/users/request-verify-token').send({ email });
   * const token = await events.verificationToken(email);
   * await request(server).post('/users/verify').send({ token }).expect(200);
   * @throws Error if there is none in time
   */
  async verificationToken(email: string, wait?: CapturedEventsWait): Promise<string> {
    return (await this.next(UserVerificationRequestedEvent, { ...wait, where: isTo(email) })).token;
  }

  /**
   * The tokens of both mails about a change of address, with `emailChange: 'confirmed'`: of the first
   * change to this new address that was not asked for yet; waits for it if there is none.
   *
   * @example
   * await request(server).patch('/users/me').set(headers).send({ email: newEmail, currentPassword });
   * const { confirm } = await events.emailChangeTokens(newEmail);
   * await request(server).post('/users/confirm-email-change').send({ token: confirm }).expect(200);
   * @throws Error if there is none in time
   */
  async emailChangeTokens(newEmail: string, wait?: CapturedEventsWait): Promise<EmailChangeTokens> {
    const { token, cancelToken } = await this.next(UserEmailChangeRequestedEvent, {
      ...wait,
      where: (event) => isSameEmail(event.newEmail, newEmail),
    });
    return { confirm: token, cancel: cancelToken };
  }

  /** Forgets all events so far. */
  clear(): void {
    this.#events = [];
    this.#fresh = [];
  }

  #wait(wants: Waiter['wants'], name: string, timeoutSeconds: number): Promise<UsersEvent> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
      };
      const waiter: Waiter = {
        wants,
        hear: (event) => {
          end();
          resolve(event);
        },
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(this.#missing(name, timeoutSeconds)));
      }, timeoutSeconds * 1000);
      this.#waiters.push(waiter);
    });
  }

  #missing(name: string, timeoutSeconds: number): string {
    const heard = this.#events.map((event) => event.constructor.name).join(', ') || 'nothing';
    return `No ${name} within ${timeoutSeconds} s. Heard so far: ${heard}.`;
  }
}

function isTo(email: string): (event: UserEvent) => boolean {
  return ({ user }) => isSameEmail(user.email, email);
}
