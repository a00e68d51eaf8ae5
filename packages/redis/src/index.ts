export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  RedisClient,
} from './redis-client.js';
export { RedisTokenStore, type RedisTokenStoreOptions } from './redis.token-store.js';
