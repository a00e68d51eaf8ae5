export { BaseIntegerUserEntity } from './base-integer-user.entity.js';
export { BaseUserEntity } from './base-user.entity.js';
export { BaseUserSessionEntity } from './sessions/base-user-session.entity.js';
export { TypeOrmTokenStore } from './sessions/typeorm.token-store.js';
export { UserSessionEntity } from './sessions/user-session.entity.js';
export {
  type TypeOrmAdapterTransaction,
  type TypeOrmTransaction,
  TypeOrmUserAdapter,
} from './typeorm.user-adapter.js';
export {
  UsersTypeOrmModule,
  type UsersTypeOrmOptions,
  type UsersTypeOrmSessionsOptions,
} from './users-typeorm.module.js';
