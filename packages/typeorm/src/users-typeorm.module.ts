import { type BaseUser, TokenStore, UserAdapter } from '@nestjs-users/core';
import { type DynamicModule, Module } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import type { BaseUserSessionEntity } from './sessions/base-user-session.entity.js';
import { TypeOrmTokenStore } from './sessions/typeorm.token-store.js';
import { UserSessionEntity } from './sessions/user-session.entity.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

/** Where the users are stored. @publicApi */
export interface UsersTypeOrmOptions {
  /** Name of the data source, where the application has several. Default: the default one. */
  dataSource?: string | DataSource;
}

/** Where the sessions are stored. @publicApi */
export interface UsersTypeOrmSessionsOptions extends UsersTypeOrmOptions {
  /** The entity. Default {@link UserSessionEntity}, with the table `user_sessions`. */
  entity?: EntityTarget<BaseUserSessionEntity>;
}

/**
 * Provides the user adapter for an entity, and the store of sessions. Import both in the options of
 * `UsersModule`.
 *
 * @example
 * UsersModule.forRootAsync<User>({ imports: [UsersTypeOrmModule.forEntity(User)], … })
 * @publicApi
 */
@Module({})
export class UsersTypeOrmModule {
  /** The adapter of one entity, of the default or a named data source. */
  static forEntity<U extends BaseUser & ObjectLiteral>(
    entity: EntityTarget<U>,
    { dataSource }: UsersTypeOrmOptions = {},
  ): DynamicModule {
    const target = entity as Parameters<typeof getRepositoryToken>[0];
    return {
      module: UsersTypeOrmModule,
      imports: [TypeOrmModule.forFeature([target], dataSource as DataSource | undefined)],
      providers: [
        {
          provide: UserAdapter,
          inject: [getRepositoryToken(target, dataSource as DataSource | undefined)],
          useFactory: (repository: Repository<U>) => new TypeOrmUserAdapter(repository),
        },
      ],
      exports: [UserAdapter],
    };
  }

  /** The `TokenStore` of backends that store sessions, by TypeORM. */
  static forSessions({
    entity = UserSessionEntity,
    dataSource,
  }: UsersTypeOrmSessionsOptions = {}): DynamicModule {
    const target = entity as Parameters<typeof getRepositoryToken>[0];
    return {
      module: UsersTypeOrmModule,
      imports: [TypeOrmModule.forFeature([target], dataSource as DataSource | undefined)],
      providers: [
        {
          provide: TokenStore,
          inject: [getRepositoryToken(target, dataSource as DataSource | undefined)],
          useFactory: (repository: Repository<BaseUserSessionEntity>) =>
            new TypeOrmTokenStore(repository),
        },
      ],
      exports: [TokenStore],
    };
  }
}
