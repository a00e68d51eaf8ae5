import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { setImmediate as afterThisTurn, setTimeout as sleep } from 'node:timers/promises';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { DuringUserWriteEvent } from './during-users.events.js';
import { HeldEvents } from './held-events.js';
import type { EventType, Listener } from './listener.js';
import { UserRefusalEvent } from './refusal.events.js';
import { describeError, settleWithin } from './settle-within.js';
import type { OriginalRequest, UsersEvent } from './users.events.js';
import { USERS_EVENT_OPTIONS, type UsersEventOptions } from './users-event.options.js';

/** Makes an event when its time has come, or finds that there is nothing to tell. */
type EventMaker = () => UsersEvent | undefined | Promise<UsersEvent | undefined>;

/** How long an unseen event waits at random: the answer is out by then, and the next ones mixed up. */
const UNSEEN_MS = { min: 10, max: 60 };

/**
 * Brings events to listeners.
 *
 * - {@link emit}: for what has happened. Listeners start in order after the current answer is under
 *   way; nobody waits for them, and what they throw is logged.
 * - {@link emitRefusal}: for what was refused. Later, at a random moment, and never awaited.
 * - {@link ask}: for what is about to happen. Listeners are awaited in order; a throw is a refusal.
 *
 * @publicApi
 */
@Injectable()
export class UsersEventBus implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #logger = new Logger('UsersEventBus');
  readonly #running = new Set<Promise<void>>();
  readonly #options: UsersEventOptions;
  readonly #telemetry: UsersTelemetry;
  readonly #own: Listener[] = [];
  #explore: () => readonly Listener[] = () => [];
  #listeners: Listener[] = [];
  #hearsRefusals = false;
  #isStarted = false;
  /** Until when the shutdown waits, all its steps together. */
  #graceEnd: number | undefined;
  #open!: () => void;
  /** Events of the bootstrap wait here until the listeners are known. */
  readonly #ready = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(
    @Inject(USERS_EVENT_OPTIONS) options: UsersEventOptions,
    @Inject(UsersTelemetry) telemetry: UsersTelemetry,
  ) {
    this.#options = options;
    this.#telemetry = telemetry;
  }

  /** @internal A listener of the module itself: it hears this module's events, and no other's. */
  listen(listener: Listener): void {
    this.#own.push(listener);
  }

  /** @internal The explorer says how listeners are found. */
  findListenersBy(explore: () => readonly Listener[]): void {
    this.#explore = explore;
  }

  /** @internal All providers exist and are initialised: deliver what has waited. */
  start(): void {
    this.#find();
    this.#isStarted = true;
    this.#open();
  }

  /**
   * Tells all listeners of the event's class. Returns at once, unless the module is configured with
   * `awaitListeners`; never throws.
   */
  async emit(event: UsersEvent): Promise<void> {
    keepAddress(event.request);
    const held = HeldEvents.current();
    if (held) return held.add(() => this.emit(event));
    const delivery = this.#start(() => event);
    if (this.#options.awaitListeners && this.#isStarted) await delivery;
  }

  /**
   * Emits what must not be seen in the time of the answer: the same time passes whether there is an
   * event (its making included) or not. With `awaitListeners` that is `constantAnswerSeconds`;
   * without, the event is made a moment later, at a time that tells nothing either. So whatever work
   * is needed to find out what to tell, or whether, belongs into `make`.
   */
  async emitUnseen(make: EventMaker | undefined): Promise<void> {
    const { awaitListeners, constantAnswerSeconds } = this.#options;
    const held = HeldEvents.current();
    if (held) return held.add(() => this.emitUnseen(make));
    if (make) this.#start(make, awaitListeners ? 0 : unseenDelay());
    if (awaitListeners) await sleep(constantAnswerSeconds * 1000);
  }

  /**
   * Tells what was refused. Nobody waits, and the event is made a moment later, at a time that tells
   * nothing: whatever that takes, a stranger sees it neither in this answer nor in those that follow.
   * Work that is rolled back was refused all the same.
   */
  emitRefusal(make: () => UserRefusalEvent, request: OriginalRequest | undefined): void {
    if (this.#isStarted && !this.#hearsRefusals) return;
    keepAddress(request);
    const refusedAt = Date.now();
    const makeLater = (): UserRefusalEvent => {
      const event = make();
      event.occurredAt.setTime(refusedAt);
      return event;
    };
    void this.#start(makeLater, unseenDelay());
  }

  /**
   * Asks all listeners of the event's class, one after the other. Each has an event of its own; what
   * a listener may alter is an object in it, such as `input` of {@link BeforeUserRegisterEvent}.
   *
   * @throws whatever a listener throws
   */
  async ask(event: UsersEvent): Promise<void> {
    // A hook of the bootstrap may ask (to create a first user, say), and must not wait for its end.
    if (!this.#isStarted) this.#find();
    for (const listener of this.#listenersOf(event)) await listener.invoke(event.copy());
  }

  /** Whether a listener is decorated for exactly this class. */
  hears(event: EventType): boolean {
    if (!this.#isStarted) this.#find();
    return this.#listeners.some((listener) => listener.event === event);
  }

  /** Resolves when every listener called so far has ended or was given up. For tests and shutdown. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#drain();
  }

  /** Requests that were in flight when the shutdown began may have emitted since. */
  async onApplicationShutdown(): Promise<void> {
    await this.#drain();
  }

  async #drain(): Promise<void> {
    this.#open();
    const grace = this.#options.shutdownGraceSeconds * 1000;
    this.#graceEnd ??= performance.now() + grace;
    const left = Math.max(0, this.#graceEnd - performance.now());
    const isSettled = await settleWithin(this.settled(), left / 1000);
    if (!isSettled) {
      this.#logger.warn(
        `Listeners still run ${this.#options.shutdownGraceSeconds} s after the shutdown began; not waiting any longer.`,
      );
    }
  }

  #start(make: EventMaker, delayMs = 0): Promise<void> {
    const delivery = this.#deliver(make, delayMs)
      .catch((error: unknown) => this.#logger.error(`An event was lost: ${describeError(error)}`))
      .finally(() => this.#running.delete(delivery));
    this.#running.add(delivery);
    return delivery;
  }

  async #deliver(make: EventMaker, delayMs: number): Promise<void> {
    await this.#ready;
    await (delayMs > 0 ? sleep(delayMs) : afterThisTurn());
    const event = await make();
    if (!event) return;
    await Promise.all(
      this.#listenersOf(event).map((listener) => this.#call(listener, event.copy())),
    );
  }

  async #call(listener: Listener, event: UsersEvent): Promise<void> {
    const { name } = event.constructor;
    const where = `${listener.label} on ${name}`;
    const count = (outcome: 'thrown' | 'timeout'): void =>
      this.#telemetry.count('nestjs_users.listener.failures', {
        listener: listener.label,
        event: name,
        outcome,
      });
    try {
      const call = Promise.resolve(listener.invoke(event));
      if (!(await settleWithin(call, this.#options.listenerTimeoutSeconds))) {
        call.catch((error: unknown) =>
          this.#logger.error(`${where} failed late: ${describeError(error)}`),
        );
        count('timeout');
        this.#logger.warn(
          `${where} has not ended after ${this.#options.listenerTimeoutSeconds} s; not waiting any longer.`,
        );
      }
    } catch (error) {
      count('thrown');
      this.#logger.error(`${where} failed: ${describeError(error)}`);
    }
  }

  #find(): void {
    const { name } = this.#options;
    const found = this.#explore().filter(({ module }) => (module ?? name) === name);
    this.#listeners = [...this.#own, ...found].toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0));
    this.#hearsRefusals = this.#listeners.some(({ event }) => isOfRefusals(event));
  }

  #listenersOf(event: UsersEvent): Listener[] {
    const isDuring = event instanceof DuringUserWriteEvent;
    const isRefusal = event instanceof UserRefusalEvent;
    return this.#listeners.filter((listener) => {
      if (isDuring) return event.constructor === listener.event;
      return event instanceof listener.event && (!isRefusal || isOfRefusals(listener.event));
    });
  }
}

/** When an event begins whose listeners' work must not be seen. */
function unseenDelay(): number {
  return UNSEEN_MS.min + (UNSEEN_MS.max - UNSEEN_MS.min) * Math.random();
}

/** Asked for once, the address stays: a client that hangs up would take it away. */
function keepAddress(request: OriginalRequest | undefined): void {
  void request?.ip;
}

function isOfRefusals(event: EventType): boolean {
  return event === UserRefusalEvent || event.prototype instanceof UserRefusalEvent;
}
