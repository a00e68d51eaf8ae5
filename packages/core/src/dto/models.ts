import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { showsSomething } from './compiled-read-model.js';
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

/** Fills in the default models. @throws TypeError for a class that could show, or take, nothing */
export function modelsWithDefaults(models: Partial<UsersModels> = {}): UsersModels {
  const { user = UserDto, create = CreateUserDto, update = UpdateUserDto } = models;
  for (const [name, model] of Object.entries({ user, create, update })) assertClass(name, model);
  if (showsSomething(user, UserDto) === false) {
    throw new TypeError(
      `models.user: ${user.name} shows nothing, and every answer would be {}. Write ` +
        '`class … extends UserDto`, and @Expose() at each property that clients may see.',
    );
  }
  for (const [name, model] of Object.entries({ create, update })) {
    if (isValidated(model)) continue;
    throw new TypeError(
      `models.${name}: ${model.name} has no decorators of class-validator, and every body would be ` +
        `refused. Write \`class … extends ${name === 'create' ? 'CreateUserDto' : 'UpdateUserDto'}\`.`,
    );
  }
  return { user, create, update };
}

function assertClass(name: string, model: unknown): void {
  if (typeof model === 'function') return;
  throw new TypeError(
    `models.${name} must be a class, not ${model === null ? null : typeof model}.`,
  );
}

function isValidated(model: Type): boolean {
  const rules = getMetadataStorage().getTargetValidationMetadatas(model, '', true, false);
  return rules.length > 0;
}
