export { BaseIntegerUserEntity } from './base-integer-user.entity.js';
export { BaseUserEntity } from './base-user.entity.js';
export { BaseRateLimitEntity } from './limits/base-rate-limit.entity.js';
export type { DatabaseTimeOptions } from './statement-time.js';
export { TypeOrmRateLimitStore } from './limits/typeorm.rate-limit-store.js';
export { UserRateLimitEntity } from './limits/user-rate-limit.entity.js';
export { BaseUserSessionEntity } from './sessions/base-user-session.entity.js';
export {
  TypeOrmTokenStore,
  type TypeOrmTokenStoreOptions,
} from './sessions/typeorm.token-store.js';
export { UserSessionEntity } from './sessions/user-session.entity.js';
export {
  type TypeOrmAdapterTransaction,
  type TypeOrmTransaction,
  TypeOrmUserAdapter,
} from './typeorm.user-adapter.js';
export {
  UsersTypeOrmModule,
  type UsersTypeOrmOptions,
  type UsersTypeOrmRateLimitsOptions,
  type UsersTypeOrmSessionsOptions,
} from './users-typeorm.module.js';
