import type { BaseUser } from '../users/user.js';
import { hide, type OriginalRequest, UserEvent } from './users.events.js';

/**
 * A user is being written, and the transaction is still open: what a listener writes by its handle is
 * stored together with the user, or not at all. A throw rolls everything back.
 *
 * Only listeners of exactly these classes hear them, for with any such listener each write of that
 * kind is a transaction: a listener of {@link UserEvent} or {@link UsersEvent} hears none of them.
 *
 * @typeParam Transaction - the handle; the package of the adapter exports its type, as
 * `TypeOrmTransaction` of `@nestjs-users/typeorm`
 * @publicApi
 */
export abstract class DuringUserWriteEvent<
  U extends BaseUser = BaseUser,
  Transaction = unknown,
> extends UserEvent<U> {
  /** The adapter's handle of the open transaction; good for as long as the listener runs. Not enumerable. */
  declare readonly transaction: Transaction;

  constructor(user: U, transaction: Transaction, request?: OriginalRequest) {
    super(user, request);
    hide(this, 'transaction', transaction);
  }
}

/** A user has been inserted; nobody else sees the row yet. @publicApi */
export class DuringUserRegisterEvent<
  U extends BaseUser = BaseUser,
  Transaction = unknown,
> extends DuringUserWriteEvent<U, Transaction> {}

/**
 * A user has been changed, in whatever way: by an update, a reset of the password, a verification or
 * a change of address. `user` is the row as it is now; nobody else sees it yet.
 *
 * @publicApi
 */
export class DuringUserUpdateEvent<
  U extends BaseUser = BaseUser,
  Transaction = unknown,
> extends DuringUserWriteEvent<U, Transaction> {
  /** Names of the changed fields, `pendingEmail` included; `password` stands for a new one. */
  readonly changes: readonly string[];

  constructor(
    user: U,
    changes: readonly string[],
    transaction: Transaction,
    request?: OriginalRequest,
  ) {
    super(user, transaction, request);
    this.changes = Object.freeze([...changes]);
  }
}

/**
 * A user is to be deleted at the end of this transaction. The row is still there, so that rows that
 * refer to it can go first.
 *
 * @publicApi
 */
export class DuringUserDeleteEvent<
  U extends BaseUser = BaseUser,
  Transaction = unknown,
> extends DuringUserWriteEvent<U, Transaction> {}
