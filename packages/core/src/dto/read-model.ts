import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import type { BaseUser } from '../users/user.js';
import type { UserDto } from './user.dto.js';

/** Shows a user as a read model: only what the model exposes. */
export function toReadModel<Dto extends UserDto>(model: Type<Dto>, user: BaseUser): Dto {
  return plainToInstance(model, user, {
    excludeExtraneousValues: true,
    exposeUnsetFields: false,
  });
}
