import { createHash, randomBytes } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { environment, SECRET } from '../environment.js';
import { idOf, run } from './statements.js';

const LIFETIME_SECONDS = 30 * 24 * 3600;
const verify = createVerifier({ key: SECRET, algorithms: ['HS256'] });
const redis =
  environment.token === 'redis'
    ? new (await import('ioredis')).Redis(environment.redis, { keyPrefix: environment.prefix })
    : undefined;

/** What the statement looks for: a user's id, or the digest of a stored token. */
export async function read(token: string): Promise<string | undefined> {
  try {
    if (environment.token === 'jwt') return (verify(token) as { sub: string }).sub;
  } catch {
    return undefined;
  }
  return redis ? ((await redis.get(digest(token))) ?? undefined) : digest(token);
}

export async function write(email: string): Promise<string> {
  const id = await idOf(email);
  if (environment.token === 'jwt') {
    return createSigner({ key: SECRET, expiresIn: 3_600_000 })({ sub: id });
  }
  const token = randomBytes(32).toString('base64url');
  if (redis) await redis.set(digest(token), id, 'EX', LIFETIME_SECONDS);
  else {
    const expiresAt = Date.now() + LIFETIME_SECONDS * 1000;
    await run('insert into sessions values ($1, $2, $3)', [digest(token), id, expiresAt]);
  }
  return token;
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
