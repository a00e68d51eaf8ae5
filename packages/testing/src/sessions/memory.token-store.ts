import { type StoredToken, TokenStore, type TokenUse } from '@nestjs-users/core';

/**
 * Keeps sessions in memory, by the same contract as in a database: for tests. They are gone with the
 * process.
 *
 * @publicApi
 */
export class MemoryTokenStore extends TokenStore {
  readonly #rows = new Map<string, StoredToken>();

  async insert(token: StoredToken): Promise<void> {
    this.#rows.set(token.digest, copy(token));
  }

  async find(digest: string, now: Date): Promise<StoredToken | null> {
    const row = this.#rows.get(digest);
    return row && row.expiresAt > now ? copy(row) : null;
  }

  async touch({ digest, lastUsedAt, generation }: StoredToken, use: TokenUse): Promise<boolean> {
    const row = this.#rows.get(digest);
    if (row?.lastUsedAt.getTime() !== lastUsedAt.getTime()) return false;
    if (row.generation !== generation) return false;
    this.#rows.set(digest, copy({ ...row, ...use }));
    return true;
  }

  async list(subject: string, now: Date): Promise<StoredToken[]> {
    const own = [...this.#rows.values()].filter((row) => row.subject === subject);
    return own.filter(({ expiresAt }) => expiresAt > now).map((row) => copy(row));
  }

  async delete(subject: string, ids: readonly string[]): Promise<number> {
    return this.#deleteWhere((row) => row.subject === subject && ids.includes(row.id));
  }

  async deleteExpired(now: Date, limit: number): Promise<number> {
    return this.#deleteWhere(({ expiresAt }) => expiresAt <= now, limit);
  }

  /** Forgets all sessions. */
  clear(): void {
    this.#rows.clear();
  }

  #deleteWhere(isMeant: (row: StoredToken) => boolean, limit = Number.POSITIVE_INFINITY): number {
    const digests = [...this.#rows.values()].filter(isMeant).map(({ digest }) => digest);
    const deleted = digests.slice(0, limit);
    for (const digest of deleted) this.#rows.delete(digest);
    return deleted.length;
  }
}

function copy(token: StoredToken): StoredToken {
  const { createdAt, lastUsedAt, expiresAt, endsAt, rotatedAt } = token;
  return {
    ...token,
    createdAt: new Date(createdAt),
    lastUsedAt: new Date(lastUsedAt),
    expiresAt: new Date(expiresAt),
    endsAt: new Date(endsAt),
    rotatedAt: rotatedAt && new Date(rotatedAt),
  };
}
