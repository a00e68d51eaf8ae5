/** `Redis` or `Cluster` of `ioredis`. @publicApi */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** What `createClient()` or `createClientPool()` of `redis` makes. @publicApi */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** What `createCluster()` of `redis` makes. @publicApi */
export interface NodeRedisCluster {
  readonly masters: unknown;
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
}

/** What `createSentinel()` of `redis` makes. @publicApi */
export interface NodeRedisSentinel {
  getMasterNode(): unknown;
  sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>;
}

/**
 * A client of the application's: described by its shape, so that this package needs none of them.
 *
 * @publicApi
 */
export type RedisClient = IoRedisClient | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel;
