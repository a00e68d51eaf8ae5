export { BaseIntegerUserEntity } from './base-integer-user.entity.js';
export { BaseUserEntity } from './base-user.entity.js';
export {
  type TypeOrmAdapterTransaction,
  type TypeOrmTransaction,
  TypeOrmUserAdapter,
} from './typeorm.user-adapter.js';
export { UsersTypeOrmModule, type UsersTypeOrmOptions } from './users-typeorm.module.js';
