import {
  AuthBackend,
  BearerTransport,
  JwtTokenStrategy,
  RateLimitStore,
  UserAdapter,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { describe, expect, it, vi } from 'vitest';
import { BaseIntegerUserEntity } from './base-integer-user.entity.js';
import { BaseUserEntity } from './base-user.entity.js';
import { newUser } from './databases.fixture.js';
import { UserRateLimitEntity } from './limits/user-rate-limit.entity.js';
import { TypeOrmUserAdapter } from './typeorm.user-adapter.js';
import { UsersTypeOrmModule } from './users-typeorm.module.js';

@Entity('module_users')
class User extends BaseUserEntity {}

@Entity('module_employees')
class Employee extends BaseIntegerUserEntity {}

@Entity('module_pets')
class Pet {
  @PrimaryColumn('uuid') id!: string;
  @Column('varchar') email!: string;
}

const database = { type: 'sqljs', autoLoadEntities: true, synchronize: true } as const;

@Injectable()
class Consumer {
  constructor(@Inject(UserAdapter) readonly users: UserAdapter) {}
}

describe('UsersTypeOrmModule', () => {
  it('provides and exports the adapter of an entity', async () => {
    const app = await Test.createTestingModule({
      imports: [TypeOrmModule.forRoot(database), UsersTypeOrmModule.forEntity(User)],
      providers: [Consumer],
    }).compile();
    const { users } = app.get(Consumer);
    expect(users).toBeInstanceOf(TypeOrmUserAdapter);
    const user = await users.create(newUser());
    expect(user).toBeInstanceOf(User);
    expect(await users.findById(user.id)).toEqual(user);
    await app.close();
  });

  it('serves several entities and data sources of one application', async () => {
    @Module({ imports: [UsersTypeOrmModule.forEntity(User)], providers: [Consumer] })
    class Customers {}

    @Module({
      imports: [UsersTypeOrmModule.forEntity(Employee, { dataSource: 'staff' })],
      providers: [{ provide: 'staff', useExisting: UserAdapter }],
    })
    class Staff {}

    const app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot(database),
        TypeOrmModule.forRoot({ ...database, name: 'staff' }),
        Customers,
        Staff,
      ],
    }).compile();
    const staff = app.get<UserAdapter>('staff', { strict: false });
    const customers = app.get(Consumer, { strict: false }).users;
    expect((await staff.create(newUser())).id).toBe(1);
    expect(typeof (await customers.create(newUser())).id).toBe('string');
    expect(await staff.list({ limit: 9 })).toHaveLength(1);
    expect(await customers.list({ limit: 9 })).toHaveLength(1);
    await app.close();
  });

  it('provides the store of limits that the options of users inject', async () => {
    const secret = 'a secret of the specs that is long enough';
    const strategy = new JwtTokenStrategy({ secret });
    const backend = new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy });
    const app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot(database),
        UsersModule.forRootAsync({
          imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forRateLimits()],
          inject: [RateLimitStore],
          useFactory: (rateLimitStore: RateLimitStore) => ({
            backends: [backend],
            resetPasswordTokenSecret: secret,
            rateLimitStore,
          }),
        }),
      ],
    }).compile();
    await app.init();
    const user = await app.get(UserAdapter, { strict: false }).create(newUser());
    await app.get(UsersService).forgotPassword(user.email);
    const limits = app.get(DataSource).getRepository(UserRateLimitEntity);
    await vi.waitFor(async () => expect(await limits.count()).toBe(1));
    await app.close();
  });

  it('does not start with an entity that could not keep users safely', async () => {
    const app = Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot(database),
        // As an application without type checks has it.
        UsersTypeOrmModule.forEntity(Pet as never),
      ],
    }).compile();
    await expect(app).rejects.toThrow(/The entity Pet lacks the columns canonicalEmail/);
  });
});
