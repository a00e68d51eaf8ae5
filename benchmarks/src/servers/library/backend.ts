import {
  AuthBackend,
  BearerTransport,
  JwtTokenStrategy,
  StoredTokenStrategy,
  type TokenStore,
  type TokenStrategy,
} from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { environment, SECRET } from '../environment.js';
import { User } from './user.js';

export const isInDatabase = environment.token === 'database' || environment.token === 'both';

/** What a backend with a store in the database needs to be imported. */
export const storeImports = isInDatabase ? [UsersTypeOrmModule.forSessions({ users: User })] : [];

/** The backend `token`: a JWT, or stored; or both, and then `stored` is the other one. */
export async function backends(store: TokenStore | undefined): Promise<AuthBackend[]> {
  const jwt = () => backend('token', new JwtTokenStrategy({ secret: SECRET }));
  if (environment.token === 'jwt') return [jwt()];
  const strategy = new StoredTokenStrategy({ store: store ?? (await redisStore()) });
  return environment.token === 'both'
    ? [jwt(), backend('stored', strategy)]
    : [backend('token', strategy)];
}

function backend(name: string, strategy: TokenStrategy): AuthBackend {
  return new AuthBackend({ name, transport: new BearerTransport(), strategy });
}

async function redisStore(): Promise<TokenStore> {
  const { RedisTokenStore } = await import('@nestjs-users/redis');
  const { Redis } = await import('ioredis');
  return new RedisTokenStore({
    client: new Redis(environment.redis),
    prefix: environment.prefix,
  });
}
