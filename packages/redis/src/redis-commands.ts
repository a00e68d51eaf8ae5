import { isWrongType, unavailable } from './client-errors.js';
import type { RedisClient } from './redis-client.js';
import { senderOf } from './sender.js';
import { timeLimit, withinTime } from './time-limit.js';

/**
 * Sends commands. Each is about one key, so that all of it works on a cluster; their names are in
 * small letters, by which every version of ioredis finds the key.
 */
export class RedisCommands {
  readonly #send: ReturnType<typeof senderOf>;
  readonly #timeoutSeconds: number;

  /** @param owner - the store, for messages. @throws TypeError for what is no client, or no time to wait */
  constructor(client: RedisClient, timeoutSeconds: number, owner = 'RedisTokenStore') {
    this.#send = senderOf(client);
    this.#timeoutSeconds = timeLimit(owner, timeoutSeconds);
  }

  /** The answer; `null` if the key has a value of another type, which is as good as none. */
  run(name: string, key: string, ...args: string[]): Promise<unknown> {
    return this.#answer(key, [name, key, ...args]);
  }

  /** The answer of a Lua script. Nothing comes between its commands. */
  script(lua: string, key: string, ...args: string[]): Promise<unknown> {
    return this.#answer(key, ['eval', lua, '1', key, ...args]);
  }

  #answer(key: string, command: [string, ...string[]]): Promise<unknown> {
    const answer = this.#send(key, command).catch((error: unknown) => {
      if (isWrongType(error)) return null;
      throw unavailable(error);
    });
    return withinTime(answer, this.#timeoutSeconds);
  }
}
