import type { StoredToken } from '@nestjs-users/core';
import type { RedisCommands } from './redis-commands.js';
import { textOf } from './token-text.js';

/** What became of a replacement. */
export type Replacement = 'done' | 'outdated' | 'gone';

/**
 * Replaces a session that is still as it was read; one that is gone stays so. `ARGV`: its `lastUsedAt`
 * and `generation` as they were read, the new text, and how long that lives.
 */
const REPLACE = `
local text = redis.pcall('GET', KEYS[1])
if type(text) ~= 'string' then return 'gone' end
local isJson, session = pcall(cjson.decode, text)
if not isJson or type(session) ~= 'table' then return 'outdated' end
if session.lastUsedAt ~= ARGV[1] then return 'outdated' end
if session.generation ~= tonumber(ARGV[2]) then return 'outdated' end
if tonumber(ARGV[4]) > 0 then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
else
  redis.call('DEL', KEYS[1])
end
return 'done'`;

/**
 * The sessions, each under its digest: `<prefix>session:<digest>`. Every command that writes one sets
 * its end, too, counted from now: the clocks of Redis and of the process need not agree.
 */
export class SessionValues {
  constructor(
    private readonly commands: RedisCommands,
    private readonly prefix: string,
  ) {}

  async read(digest: string): Promise<string | null> {
    const text = await this.commands.run('get', this.#key(digest));
    return typeof text === 'string' ? text : null;
  }

  /** Writes a session, unless it has expired. */
  async write(token: StoredToken): Promise<void> {
    const remaining = remainingOf(token);
    if (remaining <= 0) return;
    await this.commands.run('set', this.#key(token.digest), textOf(token), 'PX', `${remaining}`);
  }

  async replace(old: StoredToken, token: StoredToken): Promise<Replacement> {
    const answer = await this.commands.script(
      REPLACE,
      this.#key(old.digest),
      old.lastUsedAt.toISOString(),
      `${old.generation}`,
      textOf(token),
      `${remainingOf(token)}`,
    );
    return answer as Replacement;
  }

  /** Of several at once, one learns that it was there. */
  async delete(digest: string): Promise<boolean> {
    return Number(await this.commands.run('del', this.#key(digest))) > 0;
  }

  #key(digest: string): string {
    return `${this.prefix}session:${digest}`;
  }
}

function remainingOf({ expiresAt }: StoredToken): number {
  return expiresAt.getTime() - Date.now();
}
