import { createListenerDecorator, type EventType, UsersEvent } from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';

/** Every event is a {@link UsersEvent}, and listeners hear the subclasses of the class they name. */
const OnAnyUsersEvent = createListenerDecorator(UsersEvent);

interface Waiter {
  readonly type: EventType;
  readonly hear: (event: UsersEvent) => void;
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
 * await request(app.getHttpServer()).post('/users/forgot-password').send({ email });
 * const { token } = await events.next(UserForgotPasswordEvent);
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
    const waiter = this.#waiters.find(({ type }) => event instanceof type);
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
   * @throws Error if there is none in time: after 2 seconds, or as many as given
   */
  next<T extends EventType>(
    type: T,
    { timeoutSeconds = 2 }: { timeoutSeconds?: number } = {},
  ): Promise<InstanceType<T>> {
    const index = this.#fresh.findIndex((event) => event instanceof type);
    const [event] = index < 0 ? [] : this.#fresh.splice(index, 1);
    return event ? Promise.resolve(event as InstanceType<T>) : this.#wait(type, timeoutSeconds);
  }

  /** Forgets all events so far. */
  clear(): void {
    this.#events = [];
    this.#fresh = [];
  }

  #wait<T extends EventType>(type: T, timeoutSeconds: number): Promise<InstanceType<T>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
      };
      const waiter: Waiter = {
        type,
        hear: (event) => {
          end();
          resolve(event as InstanceType<T>);
        },
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(this.#missing(type, timeoutSeconds)));
      }, timeoutSeconds * 1000);
      this.#waiters.push(waiter);
    });
  }

  #missing(type: EventType, timeoutSeconds: number): string {
    const heard = this.#events.map((event) => event.constructor.name).join(', ') || 'nothing';
    return `No ${type.name} within ${timeoutSeconds} s. Heard so far: ${heard}.`;
  }
}
