import type { FactoryProvider } from '@nestjs/common';
import { UserAdapter } from './user.adapter.js';

/** The adapter after {@link requiredAdapter} has looked at it. */
export const USERS_ADAPTER = Symbol('USERS_ADAPTER');

const STEPS = ['parseId', 'findById', 'findByCanonicalEmail', 'list', 'create', 'update', 'delete'];

/** Refuses to boot without a usable adapter, and says what to write. */
export const requiredAdapter: FactoryProvider<UserAdapter> = {
  provide: USERS_ADAPTER,
  inject: [{ token: UserAdapter, optional: true }],
  useFactory: (adapter?: UserAdapter) => {
    const missing = STEPS.filter((step) => typeof Reflect.get(adapter ?? {}, step) !== 'function');
    if (adapter && missing.length === 0) return adapter;
    throw new TypeError(
      (adapter
        ? `The user adapter lacks ${missing.join(', ')}: it must extend UserAdapter.`
        : 'UsersModule has no user adapter.') +
        ' Write `imports: [UsersTypeOrmModule.forEntity(User)]` in the options of UsersModule, or' +
        ' `adapter: MyUserAdapter`.',
    );
  },
};
