import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { clients, type Connection, Keys, newToken } from './redis.fixture.js';
import type { IoRedisClient } from './redis-client.js';
import { RedisTokenStore } from './redis.token-store.js';

const now = new Date();
const later = (milliseconds: number) => new Date(Date.now() + milliseconds);

describe.each(clients)('RedisTokenStore with $name', ({ connect }) => {
  let connection: Connection;
  let store: RedisTokenStore;
  const keys = new Keys();

  beforeAll(async () => {
    connection = await connect();
    // A thousand at once take as long as they take.
    const options = { prefix: keys.prefix, timeoutSeconds: 10 };
    store = new RedisTokenStore({ client: connection.client, ...options });
  });
  beforeEach(() => keys.deleteAll());
  afterAll(async () => {
    connection.close();
    await keys.close();
  });

  /** How long each key lives, in milliseconds. */
  async function lifetimes(): Promise<number[]> {
    return Promise.all((await keys.all()).map((key) => keys.redis.pttl(key)));
  }
  const indexSize = (subject: string) => keys.redis.zcard(keys.ofIndex({ subject }));

  it('OT-05: no key is without an end, after a thousand logins and their use', async () => {
    const tokens = Array.from({ length: 1000 }, (_, index) =>
      newToken({ subject: `${index % 9}` }),
    );
    await Promise.all(tokens.map((token) => store.insert(token)));
    const use = { lastUsedAt: later(1), expiresAt: later(7_200_000) };
    await Promise.all(tokens.slice(0, 99).map((token) => store.touch(token, use)));
    const lives = await lifetimes();
    expect(lives).toHaveLength(1009);
    expect(Math.min(...lives)).toBeGreaterThan(3_500_000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(7_200_000);
    expect(await store.list('0', now)).toHaveLength(112);
  });

  it('OT-05: nothing is left of sessions that have ended', async () => {
    const tokens = Array.from({ length: 100 }, (_, index) =>
      newToken({ subject: `${index % 9}`, expiresAt: later(1000) }),
    );
    await Promise.all(tokens.map((token) => store.insert(token)));
    expect(await keys.all()).toHaveLength(109);
    await vi.waitFor(async () => expect(await keys.all()).toEqual([]), 5000);
  });

  it.each(['insert', 'list'] as const)(
    'OT-05: an index loses what has ended at the next %s',
    async (next) => {
      const subject = 'anna';
      const lasting = newToken({ subject });
      await store.insert(lasting);
      for (let count = 0; count < 5; count++) {
        await store.insert(newToken({ subject, expiresAt: later(300) }));
      }
      expect(await indexSize(subject)).toBe(6);
      await vi.waitFor(async () => expect(await keys.all()).toHaveLength(2), 5000);
      await (next === 'insert'
        ? store.insert(newToken({ subject, expiresAt: later(60_000) }))
        : store.list(subject, new Date()));
      expect(await indexSize(subject)).toBe(next === 'insert' ? 2 : 1);
      expect(await keys.redis.pttl(keys.ofIndex({ subject }))).toBeGreaterThan(3_000_000);
    },
  );

  it('OT-05: a session that has ended already leaves nothing behind', async () => {
    const token = newToken({ expiresAt: later(-1) });
    await store.insert(token);
    expect(await keys.all()).toEqual([]);
    await store.insert(newToken({ expiresAt: new Date() }));
    expect(await keys.all()).toEqual([]);
  });

  it('OT-05: the index lives as long as the longest session, whatever comes after it', async () => {
    const subject = 'anna';
    await store.insert(newToken({ subject, expiresAt: later(7_200_000) }));
    const token = newToken({ subject, expiresAt: later(1_000_000) });
    await store.insert(token);
    expect(await keys.redis.pttl(keys.ofIndex({ subject }))).toBeGreaterThan(7_100_000);
    await store.touch(token, { lastUsedAt: now, expiresAt: later(10_000_000) });
    expect(await keys.redis.pttl(keys.ofIndex({ subject }))).toBeGreaterThan(9_900_000);
    expect(await keys.redis.pttl(keys.ofSession(token))).toBeGreaterThan(9_900_000);
  });

  it('OT-02: Redis has the digest of a credential, and nothing else of it', async () => {
    const secret = randomBytes(32).toString('base64url');
    const digest = createHash('sha256').update(secret).digest('hex');
    const token = newToken({ digest });
    await store.insert(token);
    await store.touch(token, { lastUsedAt: later(1), expiresAt: later(1_000_000) });
    const key = keys.ofSession(token);
    const index = keys.ofIndex(token);
    expect((await keys.all()).toSorted()).toEqual([key, index].toSorted());
    const dump = [
      ...(await keys.all()),
      await keys.redis.get(key),
      ...(await keys.redis.zrange(index, 0, -1, 'WITHSCORES')),
    ].join('\n');
    expect(dump).toContain(digest);
    expect(dump).not.toContain(secret);
    expect(Object.keys(JSON.parse((await keys.redis.get(key)) ?? '') as object)).toEqual(
      Object.keys(token),
    );
  });

  it('OT-02: keeps what the port names, of an object that has more', async () => {
    const token = { ...newToken(), secret: 'do not keep this' };
    await store.insert(token);
    expect(await keys.redis.get(keys.ofSession(token))).not.toContain('do not keep this');
  });

  const junk: Record<string, (text: string) => string> = {
    'nothing at all': () => '',
    'a word': () => 'hello',
    null: () => 'null',
    'a number': () => '7',
    'a list': (text) => `[${text}]`,
    'half of it': (text) => text.slice(0, 100),
    'two of them': (text) => text + text,
    'an empty object': () => '{}',
    'no subject': (text) => text.replace('"subject"', '"object"'),
    'an id that is a number': (text) => text.replace(/"id":"\w+"/, '"id":1'),
    'a time that is none': (text) => text.replace(/"expiresAt":"/, '$&x'),
    'a time that is true': (text) => text.replace(/"expiresAt":"[^"]+"/, '"expiresAt":true'),
    'a generation that is a text': (text) => text.replace('"generation":0', '"generation":"0"'),
    'an address that is an object': (text) => text.replace(/"address":"[^"]+"/, '"address":{}'),
    'the session of somebody else': () => JSON.stringify(newToken()),
    'bytes that are no text': () => '\u0000\uFFFD',
  };
  it.each(Object.entries(junk))(
    'OT-06: what somebody wrote by hand is no session: %s',
    async (_name, change) => {
      const token = newToken();
      await store.insert(token);
      const text = (await keys.redis.get(keys.ofSession(token))) ?? '';
      await keys.redis.set(keys.ofSession(token), change(text), 'KEEPTTL');
      expect(await store.find(token.digest, now)).toBeNull();
      expect(await store.list(token.subject, now)).toEqual([]);
      expect(await store.delete(token.subject, [token.id])).toBe(1);
      expect(await keys.all()).toEqual([]);
    },
  );

  const writers: Record<string, (key: string) => Promise<unknown>> = {
    hash: (key) => keys.redis.hset(key, 'id', '1'),
    list: (key) => keys.redis.rpush(key, 'a', 'b'),
    set: (key) => keys.redis.sadd(key, 'a'),
    'sorted set': (key) => keys.redis.zadd(key, 1, 'a'),
    stream: (key) => keys.redis.xadd(key, '*', 'a', 'b'),
    text: (key) => keys.redis.set(key, 'a'),
  };
  it.each(Object.entries(writers))(
    'OT-06: a value of another type is no session, and stops no login: %s',
    async (type, write) => {
      const [token, next] = [newToken(), newToken({ subject: 'anna' })];
      await write(keys.ofSession(token));
      await write(keys.ofIndex(token));
      await write(keys.ofIndex(next));
      const use = { lastUsedAt: later(1), expiresAt: later(1000) };
      expect(await store.find(token.digest, now)).toBeNull();
      expect(await store.list(token.subject, now)).toEqual([]);
      expect(await store.delete(token.subject, [token.id])).toBe(0);
      expect(await store.touch(token, use)).toBe(false);
      await store.insert(token);
      expect(await store.find(token.digest, now)).toEqual(token);
      await store.insert(next);
      expect(await store.list('anna', now), type).toEqual([next]);
    },
  );

  it('OT-06: members of an index that somebody wrote by hand name no sessions', async () => {
    const [token, other] = [newToken(), newToken()];
    await store.insert(token);
    await store.insert(other);
    const far = later(1_000_000).getTime();
    const index = keys.ofIndex(token);
    await keys.redis.zadd(index, 'inf', 'a', far, 'x:y', far, '', far, `x:${token.digest}`);
    await keys.redis.zadd(index, far, `${other.id}:${other.digest}`);
    expect(await store.list(token.subject, now)).toEqual([token]);
    const next = newToken({ subject: token.subject });
    await store.insert(next);
    expect(await store.list(token.subject, now)).toHaveLength(2);
    expect(await keys.redis.pttl(index)).toBeGreaterThan(3_500_000);
  });

  it('OT-08: whoever is forgotten is logged out, and nobody becomes another', async () => {
    const [anna, bert] = [newToken(), newToken()];
    await store.insert(anna);
    await keys.deleteAll();
    await store.insert(bert);
    expect(await store.find(anna.digest, now)).toBeNull();
    expect(await store.list(anna.subject, now)).toEqual([]);
    const use = { lastUsedAt: later(1), expiresAt: later(1_000_000) };
    expect(await store.touch(anna, use)).toBe(false);
    expect(await store.find(anna.digest, now)).toBeNull();
    expect(await store.delete(anna.subject, [anna.id])).toBe(0);
    expect(await store.find(bert.digest, now)).toEqual(bert);
    expect((await keys.all()).toSorted()).toEqual(
      [keys.ofSession(bert), keys.ofIndex(bert)].toSorted(),
    );
  });

  it('OT-08: an index loses the sessions that are no more, and a use brings a lost one back', async () => {
    const subject = 'anna';
    const [first, second] = [newToken({ subject }), newToken({ subject })];
    await store.insert(first);
    await store.insert(second);
    await keys.redis.del(keys.ofSession(first));
    expect(await store.list(subject, now)).toEqual([second]);
    expect(await indexSize(subject)).toBe(1);
    await keys.redis.del(keys.ofIndex({ subject }));
    expect(await store.list(subject, now)).toEqual([]);
    const use = { lastUsedAt: later(1), expiresAt: second.expiresAt };
    expect(await store.touch(second, use)).toBe(true);
    expect(await store.list(subject, now)).toEqual([{ ...second, ...use }]);
  });

  it('OT-07: a list in the midst of a login does not hide the new session', async () => {
    const { client } = connection;
    const token = newToken();
    const listed: unknown[] = [];
    for (const step of ['eval', 'set']) {
      const between: IoRedisClient = {
        call: async (name, ...args) => {
          const list = () => store.list(token.subject, now);
          if (name === step) listed.push(await list());
          const answer = await ('call' in client
            ? client.call(name, ...args)
            : (client as { sendCommand(args: string[]): Promise<unknown> }).sendCommand([
                name,
                ...args,
              ]));
          if (name === step) listed.push(await list());
          return answer;
        },
      };
      await new RedisTokenStore({ client: between, prefix: keys.prefix }).insert(token);
      expect(await store.list(token.subject, now)).toEqual([token]);
      expect(await store.delete(token.subject, [token.id])).toBe(1);
    }
    expect(listed[0]).toEqual([]);
    expect(listed).toHaveLength(6);
  });

  it('OT-07: nor does one that is older than the session, and takes out what it has not found', async () => {
    const token = newToken();
    let insertion: Promise<void> | undefined;
    let isRead = false;
    const send = async (name: string, ...args: string[]): Promise<unknown> =>
      keys.redis.call(name, ...args);
    // The reading of the list finds nothing; then the session comes, all of it; then the list prunes.
    const slow: IoRedisClient = {
      call: async (name, ...args) => {
        const answer = await send(name, ...args);
        if (name === 'get' && !isRead) {
          isRead = true;
          insertion = rest();
          await insertion;
        }
        return answer;
      },
    };
    let rest = async (): Promise<void> => {};
    const inserting: IoRedisClient = {
      call: async (name, ...args) => {
        if (name === 'set') {
          await new Promise<void>((resolve, reject) => {
            rest = async () => {
              resolve();
              await vi.waitFor(async () => expect(await isInserted).toBe(true));
            };
            new RedisTokenStore({ client: slow, prefix: keys.prefix })
              .list(token.subject, now)
              .then((tokens) => expect(tokens).toEqual([]))
              .then(() => tellListed(), reject);
          });
        }
        return send(name, ...args);
      },
    };
    let tellListed = (): void => {};
    const isListed = new Promise<void>((resolve) => {
      tellListed = resolve;
    });
    const isInserted = new RedisTokenStore({ client: inserting, prefix: keys.prefix })
      .insert(token)
      .then(() => true);
    await isInserted;
    await isListed;
    expect(isRead).toBe(true);
    expect(await store.list(token.subject, now)).toEqual([token]);
  });

  it('stores of other prefixes know nothing of each other', async () => {
    const other = new RedisTokenStore({ client: connection.client, prefix: `${keys.prefix}b:` });
    const token = newToken();
    await store.insert(token);
    expect(await other.find(token.digest, now)).toBeNull();
    expect(await other.list(token.subject, now)).toEqual([]);
    expect(await other.delete(token.subject, [token.id])).toBe(0);
    expect(await store.find(token.digest, now)).toEqual(token);
  });
});

describe('RedisTokenStore with whatever client', () => {
  it('asks for nothing that is no digest', async () => {
    const call = vi.fn<IoRedisClient['call']>();
    const silent = new RedisTokenStore({ client: { call } });
    for (const text of ['', 'a', 'A'.repeat(64), `${'a'.repeat(64)}\n`, '*'.repeat(64)]) {
      expect(await silent.find(text, now)).toBeNull();
    }
    expect(call).not.toHaveBeenCalled();
  });

  it('finds a session in one round trip', async () => {
    const call = vi.fn<IoRedisClient['call']>();
    const { digest } = newToken();
    await new RedisTokenStore({ client: { call } }).find(digest, now);
    expect(call.mock.calls).toEqual([['get', `users:session:${digest}`]]);
  });
});
