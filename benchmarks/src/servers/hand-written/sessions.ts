import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { environment } from '../environment.js';
import { Session, User } from './user.js';

/** Where stored tokens are: their digests, for a stolen table must log in nobody. */
export abstract class Sessions {
  abstract write(digest: string, user: User): Promise<unknown>;
  abstract read(digest: string): Promise<User | null>;
}

const LIFETIME_SECONDS = 30 * 24 * 3600;

/** One query, with a join. */
export class DatabaseSessions extends Sessions {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  write(digest: string, user: User): Promise<unknown> {
    const expiresAt = Date.now() + LIFETIME_SECONDS * 1000;
    return this.dataSource.getRepository(Session).insert({ digest, user, expiresAt });
  }

  async read(digest: string): Promise<User | null> {
    const sessions = this.dataSource.getRepository(Session);
    const session = await sessions.findOne({ where: { digest }, relations: { user: true } });
    return session && Number(session.expiresAt) > Date.now() ? session.user : null;
  }
}

/** The user's id from Redis, the user from the database. */
export class RedisSessions extends Sessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly redis: Redis,
  ) {
    super();
  }

  write(digest: string, { id }: User): Promise<unknown> {
    return this.redis.set(environment.prefix + digest, id, 'EX', LIFETIME_SECONDS);
  }

  async read(digest: string): Promise<User | null> {
    const id = await this.redis.get(environment.prefix + digest);
    return id === null ? null : this.dataSource.getRepository(User).findOneBy({ id });
  }
}

export async function sessionsOf(dataSource: DataSource): Promise<Sessions> {
  if (environment.token !== 'redis') return new DatabaseSessions(dataSource);
  const { Redis: Client } = await import('ioredis');
  return new RedisSessions(dataSource, new Client(environment.redis));
}
