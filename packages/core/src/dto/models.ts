import type { Type } from '@nestjs/common';
import { CreateUserDto } from './create-user.dto.js';
import { UpdateUserDto } from './update-user.dto.js';
import { UserDto } from './user.dto.js';

/** The application's own model classes. @publicApi */
export interface UsersModels {
  /** What the routes show. Default {@link UserDto}. */
  user: Type<UserDto>;
  /** What registration takes. Default {@link CreateUserDto}. */
  create: Type<CreateUserDto>;
  /** What a profile update takes. Default {@link UpdateUserDto}. */
  update: Type<UpdateUserDto>;
}

/** Fills in the default models. */
export function modelsWithDefaults(models: Partial<UsersModels> = {}): UsersModels {
  return { user: UserDto, create: CreateUserDto, update: UpdateUserDto, ...models };
}
