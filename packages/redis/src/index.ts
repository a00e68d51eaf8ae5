export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  RedisClient,
} from './redis-client.js';
export { RedisRateLimitStore, type RedisRateLimitStoreOptions } from './redis.rate-limit-store.js';
export { RedisTokenStore, type RedisTokenStoreOptions } from './redis.token-store.js';
