import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_TELEMETRY } from '../telemetry/users-telemetry.js';
import type { BaseUser } from '../users/user.js';
import { BeforeUserRegisterEvent, BeforeUserUpdateEvent } from './before-users.events.js';
import type { Listener } from './listener.js';
import { UsersEventBus } from './users-event-bus.js';
import type { UsersEventOptions } from './users-event.options.js';
import { UserRegisteredEvent, type UsersEvent, UserUpdatedEvent } from './users.events.js';

const never = (): Promise<void> => new Promise(() => {});
const user: BaseUser = {
  id: 1,
  email: 'anna@example.org',
  canonicalEmail: 'anna@example.org',
  pendingEmail: null,
  isActive: true,
  isSuperuser: false,
  isVerified: false,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

describe('UsersEventBus', () => {
  const logged: string[] = [];
  beforeEach(() => {
    const write = (message: unknown): number => logged.push(String(message));
    vi.spyOn(Logger.prototype, 'error').mockImplementation(write);
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(write);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    logged.length = 0;
  });

  it('calls nobody before the current turn has ended', async () => {
    const { bus, heard } = busOf([{}]);
    void bus.emit(registered());
    await Promise.resolve();
    expect(heard).toEqual([]);
    await bus.settled();
    expect(heard).toEqual([0]);
  });

  it('starts listeners by order, then as discovered', async () => {
    const { bus, heard } = busOf([{ order: 5 }, {}, { order: -1 }, { order: 5 }, {}]);
    await bus.emit(registered());
    await bus.settled();
    expect(heard).toEqual([2, 1, 4, 0, 3]);
  });

  it('tells only listeners of the class or its base, and of this module', async () => {
    const { bus, heard } = busOf([
      { event: UserUpdatedEvent },
      { module: 'staff' },
      { module: 'users' },
    ]);
    await bus.emit(registered());
    await bus.settled();
    expect(heard).toEqual([2]);
  });

  it('EV-09: gives each listener an event of its own', async () => {
    const seen: UserUpdatedEvent[] = [];
    const spoil = (event: UsersEvent): void => {
      const { user: own, changes, occurredAt } = event as UserUpdatedEvent;
      seen.push(structuredClone({ user: own, changes, occurredAt }) as UserUpdatedEvent);
      own.email = 'mallory@example.org';
      own.createdAt.setFullYear(1999);
      occurredAt.setFullYear(1999);
      (changes as string[]).push('spoilt');
    };
    const { bus } = busOf([{ invoke: spoil }, { invoke: spoil }]);
    const event = new UserUpdatedEvent(user, ['firstName']);
    await bus.emit(event);
    await bus.settled();
    expect(seen).toHaveLength(2);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]).toMatchObject({ user, changes: ['firstName'] });
    expect(event.occurredAt.getFullYear()).toBeGreaterThan(1999);
    expect(user.createdAt).toEqual(new Date(0));
  });

  it('EV-09: a listener that is asked can alter the input of a registration, and nothing else', async () => {
    const { bus } = busOf([
      { event: BeforeUserRegisterEvent, invoke: (event) => rename(event as never) },
      {
        event: BeforeUserUpdateEvent,
        invoke: (event) => {
          (event as BeforeUserUpdateEvent).user.isActive = false;
        },
      },
    ]);
    const asked = new BeforeUserRegisterEvent({ email: 'anna@example.org' });
    await bus.ask(asked);
    expect(asked.input.email).toBe('bert@example.org');
    const update = new BeforeUserUpdateEvent(user, {});
    await bus.ask(update);
    expect(update.user.isActive).toBe(true);
  });

  it('asks one after the other, and stops at the first refusal', async () => {
    const steps: string[] = [];
    const { bus } = busOf([
      {
        invoke: async () => {
          await new Promise((resolve) => setTimeout(resolve, 10));
          steps.push('slow');
        },
      },
      {
        invoke: () => {
          steps.push('refuses');
          throw new Error('no');
        },
      },
      { invoke: () => steps.push('never asked') },
    ]);
    await expect(bus.ask(registered())).rejects.toThrow('no');
    expect(steps).toEqual(['slow', 'refuses']);
  });

  it('EV-06: gives up a listener after its time, and says which one', async () => {
    const { bus, heard } = busOf([{ invoke: never }, {}], { listenerTimeoutSeconds: 0.05 });
    await bus.emit(registered());
    await bus.settled();
    expect(heard).toEqual([1]);
    expect(logged).toEqual([expect.stringMatching(/^Listener0 on UserRegisteredEvent has not/)]);
  });

  it('EV-06: logs what a listener throws after it was given up', async () => {
    let fail!: (error: Error) => void;
    const late = new Promise((_resolve, reject) => (fail = reject));
    const { bus } = busOf([{ invoke: () => late }], { listenerTimeoutSeconds: 0.01 });
    await bus.emit(registered());
    await bus.settled();
    fail(new Error('after all'));
    await vi.waitFor(() => expect(logged.join()).toContain('failed late: Error: after all'));
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('x');
      },
    ],
    ['rejects', () => Promise.reject(new Error('x'))],
    ['throws an unprintable object', () => Promise.reject(unprintable)],
  ])('EV-03: a listener that %s is logged once; others are waited for', async (_what, invoke) => {
    const { bus, heard } = busOf([{ invoke }, { delay: 30 }]);
    await bus.emit(registered());
    await bus.settled();
    expect(heard).toEqual([1]);
    expect(logged).toEqual([expect.stringMatching(/^Listener0 on UserRegisteredEvent failed: /)]);
  });

  it('EV-06: the two steps of a shutdown share one time of grace', async () => {
    const { bus } = busOf([{ invoke: never }], { shutdownGraceSeconds: 3 });
    await bus.emit(registered());
    vi.useFakeTimers();
    try {
      const shutdown = vi.fn<() => void>();
      void bus
        .beforeApplicationShutdown()
        .then(() => bus.onApplicationShutdown())
        .then(shutdown);
      await vi.advanceTimersByTimeAsync(2900);
      expect(shutdown).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(200);
      expect(shutdown).toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
    expect(logged[0]).toContain('Listeners still run 3 s after the shutdown began');
  });

  it('delivers what is emitted between the two steps of a shutdown', async () => {
    const { bus, heard } = busOf([{ delay: 30 }]);
    await bus.beforeApplicationShutdown();
    await bus.emit(registered());
    await bus.onApplicationShutdown();
    expect(heard).toEqual([0]);
  });

  it('EV-08: keeps events until all listeners are known', async () => {
    const { bus, heard, start } = busOf([{}], {}, { isStarted: false });
    await bus.emit(registered());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toEqual([]);
    start();
    await bus.settled();
    expect(heard).toEqual([0]);
  });

  it('EV-08: with awaitListeners, waits for listeners only after the start', async () => {
    const { bus, heard, start } = busOf([{}], { awaitListeners: true }, { isStarted: false });
    await bus.emit(registered());
    expect(heard).toEqual([]);
    start();
    await bus.emit(registered());
    expect(heard).toEqual([0, 0]);
  });
});

const unprintable = {
  toString() {
    // eslint-disable-next-line typescript/only-throw-error -- as bad as it gets
    throw this;
  },
};

function rename({ input }: BeforeUserRegisterEvent): void {
  input.email = 'bert@example.org';
}

function registered(): UserRegisteredEvent {
  return new UserRegisteredEvent(user);
}

function busOf(
  wishes: readonly (Partial<Listener> & { delay?: number })[],
  options: Partial<UsersEventOptions> = {},
  { isStarted = true } = {},
) {
  const heard: number[] = [];
  const bus = new UsersEventBus(
    {
      name: 'users',
      awaitListeners: false,
      constantAnswerSeconds: 0,
      listenerTimeoutSeconds: 10,
      shutdownGraceSeconds: 10,
      ...options,
    },
    NO_TELEMETRY,
  );
  bus.findListenersBy(() =>
    wishes.map(({ delay = 0, ...wish }, index) => ({
      event: Object.getPrototypeOf(UserRegisteredEvent.prototype.constructor) as never,
      label: `Listener${index}`,
      invoke: async () => {
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
        heard.push(index);
      },
      ...wish,
    })),
  );
  if (isStarted) bus.start();
  return { bus, heard, start: () => bus.start() };
}
