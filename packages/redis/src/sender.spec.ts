import { describe, expect, it } from 'vitest';
import { RedisTokenStore } from './redis.token-store.js';
import { senderOf } from './sender.js';

describe('A client', () => {
  const send = (client: object) => senderOf(client as never)('key', ['get', 'key']);

  it.each([
    ['ioredis', { call: echo, sendCommand: fail }, ['get', 'key']],
    ['redis', { sendCommand: echo }, [['get', 'key']]],
    // Never a replica: it may not have heard yet that a session was ended.
    ['a cluster of redis', { masters: [], sendCommand: echo }, ['key', false, ['get', 'key']]],
    ['a sentinel of redis', { getMasterNode: fail, sendCommand: echo }, [false, ['get', 'key']]],
  ])('%s is known by its shape', async (_name, client, args) => {
    expect(await send(client)).toEqual(args);
  });

  it.each([undefined, null, 1, 'redis://127.0.0.1', {}, [], { call: 'x' }, { get: fail }])(
    '%j is none, and the error names the remedy',
    (client) => {
      expect(() => new RedisTokenStore({ client: client as never })).toThrow(TypeError);
      expect(() => new RedisTokenStore({ client: client as never })).toThrow(
        /must be a client of `ioredis` .* or of `redis`/,
      );
    },
  );
});

it('a prefix must be a text', () => {
  const client = { call: async () => null };
  expect(() => new RedisTokenStore({ client, prefix: 7 as never })).toThrow(
    'RedisTokenStore: prefix must be a text, not number.',
  );
});

async function echo(...args: unknown[]): Promise<unknown> {
  return args;
}

async function fail(): Promise<unknown> {
  throw new Error('Not this one.');
}
