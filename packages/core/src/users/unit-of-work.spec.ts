import { beforeEach, describe, expect, it } from 'vitest';
import {
  DuringUserDeleteEvent,
  DuringUserRegisterEvent,
  DuringUserUpdateEvent,
} from '../events/during-users.events.js';
import type { Listener } from '../events/listener.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { UserDeletedEvent, UserEvent } from '../events/users.events.js';
import { NO_TELEMETRY } from '../telemetry/users-telemetry.js';
import { UnitOfWork } from './unit-of-work.js';
import {
  type AdapterTransaction,
  type NewUser,
  UserAdapter,
  type UserChanges,
  type UserWriteOptions,
} from './user.adapter.js';
import type { BaseUser } from './user.js';

const anna: BaseUser = {
  id: 1,
  email: 'anna@example.org',
  canonicalEmail: 'anna@example.org',
  pendingEmail: null,
  hashedPassword: 'hash',
  securityStamp: 'stamp',
  isActive: true,
  isSuperuser: false,
  isVerified: false,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

/** One row, and transactions that can be made to begin anew. */
class OneRow extends UserAdapter {
  row: BaseUser | null = { ...anna };
  /** How often others are in the way. */
  conflicts = 0;
  /** `begin`, `rollback` and `commit`, as they came. */
  readonly steps: string[] = [];

  parseId = (text: unknown): number => Number(text);
  findById = async (): Promise<BaseUser | null> => this.row && { ...this.row };
  findByCanonicalEmail = this.findById;
  list = async (): Promise<BaseUser[]> => [];

  async create(user: NewUser<BaseUser>): Promise<BaseUser> {
    this.row = { ...user, id: 1 };
    return { ...this.row };
  }

  async update(
    _id: BaseUser['id'],
    changes: UserChanges<BaseUser>,
    { expected }: UserWriteOptions = {},
  ): Promise<BaseUser | null> {
    if (!this.row || this.#isOther(expected)) return null;
    Object.assign(this.row, changes);
    return { ...this.row };
  }

  async delete(_id: BaseUser['id'], { expected }: UserWriteOptions = {}): Promise<boolean> {
    if (!this.row || this.#isOther(expected)) return false;
    this.row = null;
    return true;
  }

  override async transaction<T>(work: (transaction: AdapterTransaction) => Promise<T>): Promise<T> {
    const before = this.row && { ...this.row };
    this.steps.push('begin');
    try {
      const result = await work({ adapter: this, handle: 'the handle' });
      if (this.conflicts-- > 0) throw new Error('a deadlock');
      this.steps.push('commit');
      return result;
    } catch (error) {
      this.steps.push('rollback');
      this.row = before;
      if ((error as Error).message === 'a deadlock') return this.transaction(work);
      throw error;
    }
  }

  #isOther(expected: UserWriteOptions['expected'] = {}): boolean {
    return Object.entries(expected).some(([key, value]) => this.row?.[key as 'email'] !== value);
  }
}

describe('UnitOfWork', () => {
  let adapter: OneRow;
  /** Everything the listeners have heard. */
  let heard: UserEvent[];
  beforeEach(() => {
    adapter = new OneRow();
    heard = [];
  });

  /** A unit of work with listeners of these kinds, that do something of their own. */
  function unit(
    events: readonly Listener['event'][],
    deed: (bus: UsersEventBus, event: UserEvent) => unknown = () => undefined,
  ): [work: UnitOfWork, bus: UsersEventBus] {
    const bus = new UsersEventBus(
      {
        ...{ name: 'users', awaitListeners: true, constantAnswerSeconds: 0 },
        ...{ listenerTimeoutSeconds: 10, shutdownGraceSeconds: 10 },
      },
      NO_TELEMETRY,
    );
    const invoke: Listener['invoke'] = (event) => {
      heard.push(event as UserEvent);
      adapter.steps.push(event.constructor.name);
      return event instanceof UserDeletedEvent ? undefined : deed(bus, event as UserEvent);
    };
    bus.findListenersBy(() => events.map((event) => ({ event, label: 'Test.hear', invoke })));
    bus.start();
    return [new UnitOfWork(adapter, bus), bus];
  }

  const all = [DuringUserRegisterEvent, DuringUserUpdateEvent, DuringUserDeleteEvent];

  it('writes by single statements where nobody listens in transactions', async () => {
    const [work] = unit([UserEvent]);
    await work.update(anna, { isVerified: true }, {}, undefined);
    expect(adapter.row).toMatchObject({ isVerified: true });
    expect(await work.delete(anna, {}, undefined)).toBe(true);
    await work.create(anna as NewUser<BaseUser>, undefined);
    expect(adapter.steps).toEqual([]);
  });

  it.each([
    ['register', DuringUserRegisterEvent],
    ['update', DuringUserUpdateEvent],
    ['delete', DuringUserDeleteEvent],
  ] as const)('opens a transaction only for what is listened to: %s', async (_name, event) => {
    const [work] = unit([event]);
    await work.create(anna as NewUser<BaseUser>, undefined);
    await work.update(anna, { isVerified: true }, {}, undefined);
    await work.delete(anna, {}, undefined);
    expect(adapter.steps).toEqual(['begin', event.name, 'commit']);
    expect(heard[0]).toMatchObject({ transaction: 'the handle' });
  });

  it('has nothing to tell of an update that changes no field', async () => {
    const [work] = unit(all);
    const updated = await work.update(anna, { securityStamp: 'new' }, {}, undefined);
    expect(updated).toMatchObject({ securityStamp: 'new' });
    expect(adapter.steps).toEqual([]);
  });

  it('tells nobody of an update that finds no row', async () => {
    const [work] = unit(all);
    const expected = { securityStamp: 'another' };
    expect(await work.update(anna, { isVerified: true }, { expected }, undefined)).toBeNull();
    expect(adapter.steps).toEqual(['begin', 'commit']);
    expect(adapter.row).toEqual(anna);
  });

  it('undoes what listeners have written when there was nobody to be deleted', async () => {
    const [work] = unit(all, () => {
      adapter.row!.isVerified = true;
    });
    const expected = { securityStamp: 'another' };
    expect(await work.delete(anna, { expected }, undefined)).toBe(false);
    expect(adapter.steps).toEqual(['begin', 'DuringUserDeleteEvent', 'rollback']);
    expect(adapter.row).toEqual(anna);
  });

  it('answers the row as the listeners have left it', async () => {
    const [work] = unit(all, () => {
      adapter.row!.email = 'by-a-listener@example.org';
    });
    const email = 'by-a-listener@example.org';
    expect(await work.create(anna as NewUser<BaseUser>, undefined)).toMatchObject({ email });
    expect(await work.update(anna, { isVerified: true }, {}, undefined)).toMatchObject({ email });
  });

  it('EV-04: lets through what a listener throws, and keeps nothing', async () => {
    const veto = new Error('no');
    const [work] = unit(all, async () => {
      throw veto;
    });
    await expect(work.update(anna, { isVerified: true }, {}, undefined)).rejects.toBe(veto);
    await expect(work.delete(anna, {}, undefined)).rejects.toBe(veto);
    expect(adapter.row).toEqual(anna);
    adapter.row = null;
    await expect(work.create(anna as NewUser<BaseUser>, undefined)).rejects.toBe(veto);
    expect(adapter.row).toBeNull();
  });

  it('EV-01, EV-02: tells once, after the commit, though the store ran the work three times', async () => {
    const emitInside = (bus: UsersEventBus, { user }: UserEvent): Promise<void> =>
      bus.emit(new UserDeletedEvent(user));
    const [work] = unit([...all, UserDeletedEvent], emitInside);
    adapter.conflicts = 2;
    await work.update(anna, { isVerified: true }, {}, undefined);
    const lost = ['begin', 'DuringUserUpdateEvent', 'rollback'];
    expect(adapter.steps).toEqual([
      ...lost,
      ...lost,
      ...['begin', 'DuringUserUpdateEvent', 'commit', 'UserDeletedEvent'],
    ]);
    expect(adapter.row).toEqual({ ...anna, isVerified: true });
  });

  it('refuses at boot what the store cannot do, and names the decorators', () => {
    Object.defineProperty(adapter, 'transaction', { value: undefined });
    const [work] = unit([DuringUserUpdateEvent, DuringUserDeleteEvent]);
    expect(() => work.onApplicationBootstrap()).toThrow(
      /decorated @DuringUserUpdate\(\), @DuringUserDelete\(\), but .* Take an adapter that has one/,
    );
    expect(() => unit([UserEvent])[0].onApplicationBootstrap()).not.toThrow();
  });
});
