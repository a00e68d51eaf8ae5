import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NO_TELEMETRY } from '../telemetry/users-telemetry.js';
import type { BaseUser } from '../users/user.js';
import type { EventType } from './listener.js';
import { UserAccessDeniedEvent, UserLoginFailedEvent, UserRefusalEvent } from './refusal.events.js';
import { UsersEventBus } from './users-event-bus.js';
import { UsersEvent } from './users.events.js';

const user = { id: 1, email: 'a@example.org', hashedPassword: 'h', securityStamp: 's' } as BaseUser;
const failed = () => new UserLoginFailedEvent(user, 'wrong_password', 'jwt', 'typed secret');

/** A bus that waits for listeners, with one for each of these classes. */
function busOf(types: readonly EventType[], invoke?: () => unknown) {
  const heard: [EventType, UsersEvent][] = [];
  const bus = new UsersEventBus(
    {
      ...{ name: 'users', awaitListeners: true, constantAnswerSeconds: 0 },
      ...{ listenerTimeoutSeconds: 10, shutdownGraceSeconds: 10 },
    },
    NO_TELEMETRY,
  );
  for (const event of types) {
    bus.listen({
      event,
      label: 'Test.hear',
      invoke: (found) => {
        heard.push([event, found]);
        return invoke?.();
      },
    });
  }
  bus.start();
  return { bus, heard };
}

describe('Refusals', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('are heard by listeners of their own classes, and not by those of all events', async () => {
    const types = [UsersEvent, UserRefusalEvent, UserLoginFailedEvent, UserAccessDeniedEvent];
    const { bus, heard } = busOf(types as EventType[]);
    bus.emitRefusal(failed, undefined);
    await bus.settled();
    expect(heard.map(([type]) => type)).toEqual([UserRefusalEvent, UserLoginFailedEvent]);
  });

  it('EV-05: are not even made before the answer, and nobody waits for their listeners', async () => {
    let end = (): void => {};
    const never = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { bus, heard } = busOf([UserLoginFailedEvent as EventType], () => never);
    let isMade = false;
    bus.emitRefusal(() => {
      isMade = true;
      return failed();
    }, undefined);
    await Promise.resolve();
    expect([isMade, heard.length]).toEqual([false, 0]);
    end();
    await bus.settled();
    expect([isMade, heard.length]).toEqual([true, 1]);
  });

  it('EN-04: begin at a random moment: their work is seen in the time of no answer', async () => {
    const { bus, heard } = busOf([UserRefusalEvent as EventType]);
    const begin = performance.now();
    vi.spyOn(Math, 'random').mockReturnValueOnce(0.9).mockReturnValueOnce(0);
    bus.emitRefusal(failed, undefined);
    bus.emitRefusal(() => new UserAccessDeniedEvent(user, 'superuser', 'jwt'), undefined);
    const refusedAt = Date.now();
    await bus.settled();
    const order = heard.map(([, event]) => event.constructor);
    expect(order).toEqual([UserAccessDeniedEvent, UserLoginFailedEvent]);
    expect(performance.now() - begin).toBeGreaterThan(45);
    for (const [, event] of heard) expect(+event.occurredAt).toBeLessThanOrEqual(refusedAt);
  });

  it('are waited for by a shutdown, those too that have not begun', async () => {
    const { bus, heard } = busOf([UserLoginFailedEvent as EventType]);
    bus.emitRefusal(failed, undefined);
    await bus.beforeApplicationShutdown();
    expect(heard).toHaveLength(1);
  });

  it('are not made where nobody listens', async () => {
    const { bus } = busOf([UsersEvent]);
    let isMade = false;
    bus.emitRefusal(() => {
      isMade = true;
      return failed();
    }, undefined);
    await bus.settled();
    expect(isMade).toBe(false);
  });

  it('LO-03: carry neither hash nor stamp, show no typed address, and each listener has its own', async () => {
    const { bus, heard } = busOf([UserLoginFailedEvent, UserRefusalEvent] as EventType[]);
    bus.emitRefusal(failed, undefined);
    await bus.settled();
    const [first, second] = heard.map(([, event]) => event as UserLoginFailedEvent);
    expect(first?.email).toBe('typed secret');
    expect(inspect(first) + JSON.stringify(first)).not.toContain('typed secret');
    expect(first?.user).toMatchObject({ hashedPassword: undefined, securityStamp: undefined });
    expect(first?.user).not.toBe(second?.user);
    expect(first?.user).not.toBe(user);
  });
});
