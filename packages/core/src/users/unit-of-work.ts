import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  DuringUserDeleteEvent,
  DuringUserRegisterEvent,
  DuringUserUpdateEvent,
  type DuringUserWriteEvent,
} from '../events/during-users.events.js';
import { HeldEvents } from '../events/held-events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import type { OriginalRequest } from '../events/users.events.js';
import { changedFields } from './changed-fields.js';
import { USERS_ADAPTER } from './required-adapter.js';
import type { NewUser, UserAdapter, UserChanges, UserWriteOptions } from './user.adapter.js';
import type { BaseUser } from './user.js';

const EVENTS = { DuringUserRegisterEvent, DuringUserUpdateEvent, DuringUserDeleteEvent };

/** Tells the listeners, by the handle of the transaction. */
type Tell<U extends BaseUser> = (
  make: (handle: unknown) => DuringUserWriteEvent<U>,
) => Promise<void>;

/** Leads out of the transaction, and undoes what the listeners have written in it. */
class NothingWritten extends Error {}

/**
 * Writes a user together with what the `@During…()` listeners write: in one transaction, if there are
 * any; else by the one statement that it takes.
 */
@Injectable()
export class UnitOfWork<U extends BaseUser = BaseUser> implements OnApplicationBootstrap {
  constructor(
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** @throws TypeError with the remedy, if listeners need a transaction that the store does not have */
  onApplicationBootstrap(): void {
    if (this.adapter.transaction) return;
    const heard = Object.entries(EVENTS).filter(([, event]) => this.events.hears(event));
    if (heard.length > 0) throw lacksTransactions(heard.map(([name]) => name));
  }

  async create(row: NewUser<U>, request: OriginalRequest | undefined): Promise<U> {
    if (!this.events.hears(DuringUserRegisterEvent)) return this.adapter.create(row);
    return this.#run(async (adapter, tell) => {
      const user = await adapter.create(row);
      await tell((handle) => new DuringUserRegisterEvent(user, handle, request));
      return asStored(adapter, user);
    });
  }

  /** `null` where nothing fits the expectations: nobody is told then. */
  async update(
    before: U,
    columns: UserChanges<U>,
    options: UserWriteOptions,
    request: OriginalRequest | undefined,
  ): Promise<U | null> {
    const { id } = before;
    const changes = changedFields(before, columns);
    const isTold = changes.length > 0 && this.events.hears(DuringUserUpdateEvent);
    if (!isTold) return this.adapter.update(id, columns, options);
    return this.#run(async (adapter, tell) => {
      const user = await adapter.update(id, columns, options);
      if (!user) return null;
      await tell((handle) => new DuringUserUpdateEvent(user, changes, handle, request));
      return asStored(adapter, user);
    });
  }

  /** Tells the listeners first: rows that refer to the user's have to go before it. */
  async delete(
    user: U,
    options: UserWriteOptions,
    request: OriginalRequest | undefined,
  ): Promise<boolean> {
    if (!this.events.hears(DuringUserDeleteEvent)) return this.adapter.delete(user.id, options);
    try {
      return await this.#run(async (adapter, tell) => {
        await tell((handle) => new DuringUserDeleteEvent(user, handle, request));
        if (await adapter.delete(user.id, options)) return true;
        throw new NothingWritten();
      });
    } catch (error) {
      if (error instanceof NothingWritten) return false;
      throw error;
    }
  }

  /** What the work or a listener throws comes out as it is, and nothing has happened. */
  async #run<T>(work: (adapter: UserAdapter<U>, tell: Tell<U>) => Promise<T>): Promise<T> {
    const { adapter, events } = this;
    if (!adapter.transaction) throw lacksTransactions(Object.keys(EVENTS));
    let held = new HeldEvents();
    const result = await adapter.transaction((transaction) => {
      // Afresh each time: the store may run this again.
      held = new HeldEvents();
      const tell: Tell<U> = (make) => events.ask(make(transaction.handle));
      return held.collect(() => work(transaction.adapter, tell));
    });
    await held.deliver();
    return result;
  }
}

/** The row as it is in the end: listeners may have changed it, too. */
async function asStored<U extends BaseUser>(adapter: UserAdapter<U>, user: U): Promise<U> {
  return (await adapter.findById(user.id)) ?? user;
}

function lacksTransactions(events: readonly string[]): TypeError {
  const decorators = events.map((name) => `@${name.replace(/Event$/, '')}()`).join(', ');
  return new TypeError(
    `There are listeners decorated ${decorators}, but the user adapter has no transaction(). Take ` +
      'an adapter that has one, such as TypeOrmUserAdapter, or listen by @Before…() and @On…().',
  );
}
