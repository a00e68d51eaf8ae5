import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { UsersModuleExtras, UsersModuleOptions } from './users.options.js';
import { shapeModule } from './users.shape.js';

/** `forRoot` and `forRootAsync` in all of Nest's forms. */
export const {
  ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: USERS_OPTIONS,
} = new ConfigurableModuleBuilder<UsersModuleOptions>({ moduleName: 'Users' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createUsersOptions')
  .setExtras<UsersModuleExtras>({}, shapeModule)
  .build();
