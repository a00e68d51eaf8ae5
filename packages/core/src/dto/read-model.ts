import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { BaseUser } from '../users/user.js';
import { type CompiledReadModel, compileReadModel } from './compiled-read-model.js';
import type { UserDto } from './user.dto.js';

const compiled = new WeakMap<Type, CompiledReadModel<UserDto> | undefined>();

/** Shows a user as a read model: only what the model exposes. */
export function toReadModel<Dto extends UserDto>(model: Type<Dto>, user: BaseUser): Dto {
  if (!compiled.has(model)) compiled.set(model, compileReadModel(model));
  return (compiled.get(model)?.(user) as Dto | undefined) ?? transformed(model, user);
}

function transformed<Dto extends UserDto>(model: Type<Dto>, user: BaseUser): Dto {
  return plainToInstance(model, user, {
    excludeExtraneousValues: true,
    exposeUnsetFields: false,
  });
}
