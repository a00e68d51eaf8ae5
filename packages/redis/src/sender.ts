import type { RedisClient } from './redis-client.js';

/** Sends a command about one key. */
export type Sender = (key: string, command: readonly [string, ...string[]]) => Promise<unknown>;

/**
 * How to send a command by this client. Of a cluster always the node that writes is asked: a replica
 * may not have heard yet that a session was ended.
 *
 * @throws TypeError for what is no client
 */
export function senderOf(client: RedisClient): Sender {
  // ioredis first: it has a sendCommand(), too, with another meaning.
  if (has(client, 'call')) {
    return async (_key, [name, ...args]) => client.call(name, ...args);
  }
  if (!has(client, 'sendCommand')) {
    throw new TypeError(
      'The client must be a client of `ioredis` (`new Redis(url)`) or of `redis` ' +
        '(`await createClient({ url }).connect()`). Make one in the application and pass it on.',
    );
  }
  if ('masters' in client) {
    return async (key, command) => client.sendCommand(key, false, [...command]);
  }
  if ('getMasterNode' in client) {
    return async (_key, command) => client.sendCommand(false, [...command]);
  }
  return async (_key, command) => client.sendCommand([...command]);
}

/** Whether it has such a method. A client may be anything: not everybody compiles. */
function has<N extends string>(
  client: RedisClient | null | undefined,
  name: N,
): client is Extract<RedisClient, Record<N, unknown>> {
  const methods = client as Partial<Record<N, unknown>> | null | undefined;
  return typeof methods?.[name] === 'function';
}
