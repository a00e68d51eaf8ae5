import { type BaseUser, UserAdapter } from '@nestjs-users/core';
import { type DynamicModule, Module } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource, EntityTarget, ObjectLiteral, Repository } from 'typeorm';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';

/** Where the users are stored. @publicApi */
export interface UsersTypeOrmOptions {
  /** Name of the data source, where the application has several. Default: the default one. */
  dataSource?: string | DataSource;
}

/**
 * Provides the user adapter for an entity. Import it in the options of `UsersModule`.
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
}
