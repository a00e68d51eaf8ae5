import { type StoredToken, TokenStore, type TokenUse } from '@nestjs-users/core';
import type { RedisClient } from './redis-client.js';
import { RedisCommands } from './redis-commands.js';
import { entryOf, type IndexEntry, SessionIndex } from './session-index.js';
import { SessionValues } from './session-values.js';
import { tokenOf } from './token-text.js';

/** What a {@link RedisTokenStore} is told. @publicApi */
export interface RedisTokenStoreOptions {
  /** A client of `ioredis` or `redis`, connected by the application, and closed by it. */
  readonly client: RedisClient;
  /** What all keys begin with: applications that share a Redis need one each. Default `'users:'`. */
  readonly prefix?: string;
  /**
   * How long to wait for the answer to a command, in seconds; after that, the request is answered 503.
   * Default 0.5: a Redis that is away shall not keep anybody waiting.
   */
  readonly timeoutSeconds?: number;
}

/**
 * Stores sessions in Redis, alone or as a cluster, which forgets them by itself when they end. If it
 * loses them, everybody is logged out.
 *
 * @publicApi
 */
export class RedisTokenStore extends TokenStore {
  readonly #index: SessionIndex;
  readonly #values: SessionValues;

  /** @throws TypeError for what is no client, and for a bad prefix or time */
  constructor({ client, prefix = 'users:', timeoutSeconds = 0.5 }: RedisTokenStoreOptions) {
    super();
    if (typeof prefix !== 'string') {
      throw new TypeError(`RedisTokenStore: prefix must be a text, not ${typeof prefix}.`);
    }
    const commands = new RedisCommands(client, timeoutSeconds);
    this.#index = new SessionIndex(commands, prefix);
    this.#values = new SessionValues(commands, prefix);
  }

  /** Of a session that is there, the index knows: before it is, and for as long. */
  async insert(token: StoredToken): Promise<void> {
    await this.#index.announce(token);
    await this.#values.write(token);
    await this.#index.add(token);
  }

  async find(digest: string, now: Date): Promise<StoredToken | null> {
    if (!/^[\da-f]{64}$/.test(digest)) return null;
    const token = tokenOf((await this.#values.read(digest)) ?? '');
    return token?.digest === digest && token.expiresAt > now ? token : null;
  }

  async touch(token: StoredToken, use: TokenUse): Promise<boolean> {
    const { generation = token.generation, rotatedAt = token.rotatedAt } = use;
    const used = { ...token, ...use, generation, rotatedAt };
    // The index first: a session that is there, but not listed, could not be ended.
    await this.#index.add(used);
    const replacement = await this.#values.replace(token, used);
    if (replacement === 'gone') await this.#index.prune(used.subject, [entryOf(used)]);
    return replacement === 'done';
  }

  async list(subject: string, now: Date): Promise<StoredToken[]> {
    const entries = await this.#index.list(subject, now);
    const texts = await Promise.all(entries.map(({ digest }) => this.#values.read(digest)));
    await this.#index.prune(
      subject,
      entries.filter((_entry, index) => texts[index] === null),
    );
    const tokens = texts.map((text) => tokenOf(text ?? ''));
    return tokens.filter(
      (token, index): token is StoredToken =>
        token?.subject === subject && isNamedBy(entries[index], token) && token.expiresAt > now,
    );
  }

  async delete(subject: string, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const entries = await this.#index.list(subject, new Date(0));
    const wanted = entries.filter(({ id }) => ids.includes(id));
    const deleted = await Promise.all(wanted.map(({ digest }) => this.#values.delete(digest)));
    await this.#index.prune(subject, wanted);
    return deleted.filter(Boolean).length;
  }

  /** Redis has forgotten it. */
  async deleteExpired(): Promise<number> {
    return 0;
  }
}

function isNamedBy(entry: IndexEntry | undefined, { id, digest }: StoredToken): boolean {
  return entry?.id === id && entry.digest === digest;
}
