import { Inject, Injectable, Logger } from '@nestjs/common';
import { UserSessionEndedEvent } from '../events/session.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import { OnUserDeleted } from '../events/users-events.decorators.js';
import type { UserDeletedEvent } from '../events/users.events.js';
import { SessionNotFoundError } from '../exceptions/request.errors.js';
import { type Session, sessionOf } from '../sessions/session.js';
import type { StoredToken, TokenStore } from '../sessions/token-store.js';
import { isSameFingerprint } from '../tokens/fingerprint.js';
import { USERS_ADAPTER } from '../users/required-adapter.js';
import type { CallOptions } from '../users/user-input.js';
import { hideSecrets } from '../users/user-secrets.js';
import type { UserAdapter } from '../users/user.adapter.js';
import type { BaseUser } from '../users/user.js';
import { UserNotFoundError } from '../users/users.errors.js';
import { UsersService } from '../users/users.service.js';
import { AuthBackend } from './auth-backend.js';
import { Backends } from './backends.js';
import { credentialBinding } from './credential-binding.js';

/** How many expired sessions {@link SessionsService.deleteExpired} deletes in one statement. */
const BATCH = 1000;

/**
 * The sessions of users: who is logged in where, and how to end that. Knows the sessions of backends
 * with a {@link TokenStore}; tokens that nobody stores cannot be listed, and end all together.
 *
 * @example
 * const sessions = await this.sessions.list(user);
 * @publicApi
 */
@Injectable()
export class SessionsService<U extends BaseUser = BaseUser> {
  readonly #logger = new Logger('SessionsService');

  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(USERS_ADAPTER) private readonly adapter: UserAdapter<U>,
    @Inject(UsersService) private readonly users: UsersService<U>,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {}

  /** The living sessions of a user, the one used last first. @throws UserNotFoundError */
  async list({ id }: Pick<U, 'id'>): Promise<Session[]> {
    const { living } = await this.#tokensOf(await this.#row(id));
    return living
      .map(({ token }) => sessionOf(token))
      .toSorted((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime());
  }

  /**
   * Ends one session.
   *
   * @throws SessionNotFoundError if the user has no such session, or somebody else was faster
   * @throws UserNotFoundError
   */
  async end(
    { id }: Pick<U, 'id'>,
    sessionId: string,
    { request }: CallOptions = {},
  ): Promise<Session> {
    const row = await this.#row(id);
    const { living } = await this.#tokensOf(row);
    const found = living.find(({ token }) => token.id === sessionId);
    if (!found) throw new SessionNotFoundError();
    const { store, token } = found;
    if ((await store.delete(token.subject, [token.id])) === 0) throw new SessionNotFoundError();
    const session = sessionOf(token);
    await this.events.emit(new UserSessionEndedEvent(hideSecrets(row), session, request));
    return session;
  }

  /**
   * Ends every credential of a user, of every backend, tokens that nobody stores among them. One that
   * is made afterwards is good.
   *
   * @throws UserNotFoundError
   */
  async endAll(user: Pick<U, 'id'>, options: CallOptions = {}): Promise<U> {
    const revoked = await this.users.revokeCredentials(user, options);
    await this.#deleteDead(user.id);
    return revoked;
  }

  /**
   * Deletes all that has expired, in batches. Logins do it by the way, a thousand rows a second; call
   * this from a schedule of yours where that is too slow, or logins are rare.
   *
   * @returns how many were deleted
   */
  async deleteExpired(): Promise<number> {
    let count = 0;
    for (const store of this.#stores()) {
      for (let deleted = BATCH; deleted >= BATCH; count += deleted) {
        deleted = await store.deleteExpired(new Date(), BATCH);
      }
    }
    return count;
  }

  /** @internal The sessions of somebody who is gone open nothing; nor shall they stay in a store. */
  @OnUserDeleted()
  async forget({ user }: UserDeletedEvent<U>): Promise<void> {
    // The event may be another module's, whose users have the same ids.
    if ((await this.adapter.findById(user.id)) !== null) return;
    for (const store of this.#stores()) {
      const tokens = await this.#ownTokens(store, String(user.id));
      if (tokens.length > 0) await deleteAll(store, tokens);
    }
  }

  /** They are dead already: the stamp is another one. So a store that is away changes nothing. */
  async #deleteDead(id: U['id']): Promise<void> {
    try {
      const { dead } = await this.#tokensOf(await this.#row(id));
      for (const { store, token } of dead) await deleteAll(store, [token]);
    } catch (error) {
      const { message } = error as Error;
      this.#logger.warn(`Sessions that have ended could not be deleted: ${message}`);
    }
  }

  async #row(id: U['id']): Promise<U> {
    const row = await this.adapter.findById(id);
    if (!row) throw new UserNotFoundError();
    return row;
  }

  async #tokensOf({ id, isActive, securityStamp = '' }: U) {
    const found: { store: TokenStore; token: StoredToken }[] = [];
    for (const store of this.#stores()) {
      for (const token of await this.#ownTokens(store, String(id))) found.push({ store, token });
    }
    const isAlive = ({ token: { backend, fingerprint } }: { token: StoredToken }): boolean =>
      isActive && isSameFingerprint(fingerprint, credentialBinding(backend, securityStamp));
    return {
      living: found.filter((entry) => isAlive(entry)),
      dead: found.filter((entry) => !isAlive(entry)),
    };
  }

  /** Two modules may share a store, and their users may have the same ids. */
  async #ownTokens(store: TokenStore, subject: string): Promise<StoredToken[]> {
    const names = this.#stored()
      .filter(({ strategy }) => strategy.store === store)
      .map(({ name }) => name);
    const tokens = await store.list(subject, new Date());
    return tokens.filter(({ backend }) => names.includes(backend));
  }

  #stores(): TokenStore[] {
    return [...new Set(this.#stored().flatMap(({ strategy }) => strategy.store ?? []))];
  }

  #stored(): AuthBackend[] {
    return this.backends
      .all()
      .filter((backend) => backend instanceof AuthBackend)
      .filter(({ strategy }) => strategy.store !== undefined);
  }
}

async function deleteAll(store: TokenStore, tokens: readonly StoredToken[]): Promise<void> {
  const [first] = tokens;
  if (!first) return;
  await store.delete(
    first.subject,
    tokens.map(({ id }) => id),
  );
}
