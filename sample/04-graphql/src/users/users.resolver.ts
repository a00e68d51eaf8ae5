import { Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Authenticated, CurrentUser, UsersService } from '@nestjs-users/core';
import { User } from './user.entity.js';

/** What GraphQL shows of a user. The entity has columns that nobody is to see. */
@ObjectType('User')
export class UserType {
  @Field(() => ID) id!: string;
  @Field() email!: string;
}

@Resolver(() => UserType)
export class UsersResolver {
  constructor(private readonly users: UsersService<User>) {}

  @Query(() => UserType)
  @Authenticated()
  me(@CurrentUser() user: User): UserType {
    return user;
  }

  @Query(() => [UserType], { description: 'For superusers.' })
  @Authenticated({ superuser: true })
  async allUsers(): Promise<UserType[]> {
    return (await this.users.list({ limit: 100 })).items;
  }
}
