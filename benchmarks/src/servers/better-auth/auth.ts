import { betterAuth } from 'better-auth';
import type { SecondaryStorage } from 'better-auth';
import { environment, SECRET } from '../environment.js';
import { passwords } from '../passwords.js';
import { freePort } from './free-port.js';

// As its documentation sets it up: a pool of pg or a better-sqlite3 database, e-mail and password,
// a session in a signed cookie. Its limiter is off, as this library's is.

export const port = await freePort();

export const auth = betterAuth({
  baseURL: `http://127.0.0.1:${port}`,
  secret: SECRET,
  database: await database(),
  // A registration leaves a user and no session, as it does elsewhere.
  emailAndPassword: { enabled: true, autoSignIn: false, ...(await hashing()) },
  ...(environment.token === 'redis' && { secondaryStorage: await redis() }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
});

async function database() {
  if (environment.database === 'sqlite') {
    const { default: Sqlite } = await import('better-sqlite3');
    const file = new Sqlite(environment.file);
    file.pragma('journal_mode = WAL');
    return file;
  }
  const { Pool } = await import('pg');
  return new Pool({
    connectionString: environment.url,
    options: `-c search_path=${environment.schema}`,
  });
}

/** Its own is scrypt. */
async function hashing() {
  if (environment.hasher === 'own') return {};
  const { hash, verify } = await passwords();
  return {
    password: {
      hash,
      verify: (given: { hash: string; password: string }) => verify(given.password, given.hash),
    },
  };
}

/** Sessions and their users, both from Redis. */
async function redis(): Promise<SecondaryStorage> {
  const { Redis } = await import('ioredis');
  const client = new Redis(environment.redis, { keyPrefix: environment.prefix });
  return {
    get: (key) => client.get(key),
    set: async (key, value, ttl) => {
      await (ttl ? client.set(key, value, 'EX', ttl) : client.set(key, value));
    },
    delete: async (key) => {
      await client.del(key);
    },
    getAndDelete: (key) => client.getdel(key),
    increment: async (key, ttl) => {
      const count = await client.incr(key);
      if (count === 1) await client.expire(key, ttl);
      return count;
    },
  };
}
