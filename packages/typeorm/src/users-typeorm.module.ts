import { type BaseUser, RateLimitStore, TokenStore, UserAdapter } from '@nestjs-users/core';
import { type Abstract, type DynamicModule, Module } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import type { BaseRateLimitEntity } from './limits/base-rate-limit.entity.js';
import { TypeOrmRateLimitStore } from './limits/typeorm.rate-limit-store.js';
import { UserRateLimitEntity } from './limits/user-rate-limit.entity.js';
import type { BaseUserSessionEntity } from './sessions/base-user-session.entity.js';
import { TypeOrmTokenStore } from './sessions/typeorm.token-store.js';
import { UserSessionEntity } from './sessions/user-session.entity.js';
import type { DatabaseTimeOptions } from './statement-time.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

/** Where the users are stored. @publicApi */
export interface UsersTypeOrmOptions extends DatabaseTimeOptions {
  /** Name of the data source, where the application has several. Default: the default one. */
  dataSource?: string | DataSource;
}

/** Where the sessions are stored. @publicApi */
export interface UsersTypeOrmSessionsOptions extends UsersTypeOrmOptions {
  /** The entity. Default {@link UserSessionEntity}, with the table `user_sessions`. */
  entity?: EntityTarget<BaseUserSessionEntity>;
  /**
   * The entity of the users whose sessions these are, all of them, in the same data source: on PostgreSQL,
   * a request then reads session and user by one statement. Not for a table that the sessions of two
   * modules share, nor beside an adapter of yours that overrides `findById`: it is not asked then. Default: none, two statements.
   */
  users?: EntityTarget<BaseUser & ObjectLiteral>;
}

/** Where attempts are counted. @publicApi */
export interface UsersTypeOrmRateLimitsOptions extends UsersTypeOrmOptions {
  /** The entity. Default {@link UserRateLimitEntity}, with the table `user_rate_limits`. */
  entity?: EntityTarget<BaseRateLimitEntity>;
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
    { dataSource, ...options }: UsersTypeOrmOptions = {},
  ): DynamicModule {
    return provided(
      UserAdapter,
      entity,
      dataSource,
      (repository: Repository<U>) => new TypeOrmUserAdapter(repository, options),
    );
  }

  /** The `TokenStore` of backends that store sessions, by TypeORM. */
  static forSessions({
    entity = UserSessionEntity,
    users,
    dataSource,
    ...options
  }: UsersTypeOrmSessionsOptions = {}): DynamicModule {
    return provided(
      TokenStore,
      entity,
      dataSource,
      (repository: Repository<BaseUserSessionEntity>) =>
        new TypeOrmTokenStore(repository, {
          ...options,
          ...(users && { users: repository.manager.getRepository(users) }),
        }),
    );
  }

  /** The `RateLimitStore` of several processes that share no Redis, by TypeORM. */
  static forRateLimits({
    entity = UserRateLimitEntity,
    dataSource,
    ...options
  }: UsersTypeOrmRateLimitsOptions = {}): DynamicModule {
    return provided(
      RateLimitStore,
      entity,
      dataSource,
      (repository: Repository<BaseRateLimitEntity>) =>
        new TypeOrmRateLimitStore(repository, options),
    );
  }
}

/** A port of core, by the repository of an entity. */
function provided<E extends ObjectLiteral>(
  port: Abstract<unknown>,
  entity: EntityTarget<E>,
  dataSource: UsersTypeOrmOptions['dataSource'],
  useFactory: (repository: Repository<E>) => unknown,
): DynamicModule {
  const target = entity as Parameters<typeof getRepositoryToken>[0];
  const source = dataSource as DataSource | undefined;
  return {
    module: UsersTypeOrmModule,
    imports: [TypeOrmModule.forFeature([target], source)],
    providers: [{ provide: port, inject: [getRepositoryToken(target, source)], useFactory }],
    exports: [port],
  };
}
