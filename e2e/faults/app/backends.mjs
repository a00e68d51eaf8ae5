import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  StoredTokenStrategy,
} from '@nestjs-users/core';
import { RedisTokenStore } from '@nestjs-users/redis';

const { SECRET: secret, MISTAKE } = process.env;

/** Of each kind, by header and by cookie; in Redis only where there is one. */
export function backends(store, redis) {
  const pairs = new JwtTokenStrategy({ secret, store, refresh: {} });
  return [
    bearer('jwt', new JwtTokenStrategy({ secret })),
    bearer('stored', new StoredTokenStrategy({ store })),
    bearer('mobile', pairs),
    cookie('web', pairs),
    ...(redis ? inRedis(redis) : []),
  ];
}

function inRedis(client) {
  const Store = MISTAKE === 'trouble is nobody' ? ForgetfulStore : RedisTokenStore;
  const strategy = new StoredTokenStrategy({ store: new Store({ client }) });
  return [bearer('redis', strategy), cookie('shop', strategy)];
}

/** What a store must not do, for controls: it takes its own trouble for a token that nobody has. */
class ForgetfulStore extends RedisTokenStore {
  find(digest) {
    return super.find(digest).catch(() => null);
  }
}

const bearer = (name, strategy) =>
  new AuthBackend({ name, transport: new BearerTransport(), strategy });
const cookie = (name, strategy) =>
  new AuthBackend({ name, transport: new CookieTransport(), strategy });
