import type { StoredToken } from '@nestjs-users/core';
import { ADD, LIST, PRUNE } from './index-scripts.js';
import type { RedisCommands } from './redis-commands.js';

/** A session as the index names it. */
export interface IndexEntry {
  readonly id: string;
  readonly digest: string;
  /** Its end in milliseconds. */
  readonly score: number;
}

export function entryOf({ id, digest, expiresAt }: StoredToken): IndexEntry {
  return { id, digest, score: expiresAt.getTime() };
}

/**
 * Which sessions a user has: `<prefix>sessions:<subject>`. It may name sessions that are no more, but
 * misses none. It ends with the last of them.
 */
export class SessionIndex {
  constructor(
    private readonly commands: RedisCommands,
    private readonly prefix: string,
  ) {}

  /**
   * Names a session that is about to be written. Nobody who does not find it yet can take it out for
   * good: {@link add} comes after this, and changes the score by which {@link prune} knows it.
   */
  async announce(token: StoredToken): Promise<void> {
    const { score, ...entry } = entryOf(token);
    await this.#add(token.subject, { ...entry, score: score - 1 });
  }

  async add(token: StoredToken): Promise<void> {
    await this.#add(token.subject, entryOf(token));
  }

  /** What has not ended by then. */
  async list(subject: string, now: Date): Promise<IndexEntry[]> {
    // Somebody may ask about the future; what is thrown away is gone.
    const args = [`${Math.min(now.getTime(), Date.now())}`, `${now.getTime()}`];
    return entriesOf(await this.commands.script(LIST, this.#key(subject), ...args));
  }

  /** Takes sessions out that are no more, unless they were added anew since they were listed. */
  async prune(subject: string, entries: readonly IndexEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const args = entries.flatMap((entry) => [memberOf(entry), `${entry.score}`]);
    await this.commands.script(PRUNE, this.#key(subject), ...args);
  }

  async #add(subject: string, entry: IndexEntry): Promise<void> {
    const args = [`${Date.now()}`, `${entry.score}`, memberOf(entry)];
    await this.commands.script(ADD, this.#key(subject), ...args);
  }

  #key(subject: string): string {
    return `${this.prefix}sessions:${subject}`;
  }
}

function memberOf({ id, digest }: IndexEntry): string {
  return `${id}:${digest}`;
}

/** Members of another form were not written by us. */
function entriesOf(answer: unknown): IndexEntry[] {
  const texts = Array.isArray(answer) ? answer.map(String) : [];
  return texts.flatMap((text, index) => {
    const [, id, digest] = /^(.+):([\da-f]{64})$/s.exec(text) ?? [];
    return id && digest ? [{ id, digest, score: Number(texts[index + 1]) }] : [];
  });
}
