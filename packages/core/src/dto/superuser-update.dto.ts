import type { Type } from '@nestjs/common';
import { IsBoolean } from 'class-validator';
import { IsOptionalNotNull } from './field-decorators.js';
import type { UpdateUserDto } from './update-user.dto.js';

/** What a superuser may change of others: the update model and the three privileges. */
export function superuserUpdateModel(update: Type<UpdateUserDto>): Type<UpdateUserDto> {
  class SuperuserUpdate extends update {
    @IsOptionalNotNull() @IsBoolean() isActive?: boolean;
    @IsOptionalNotNull() @IsBoolean() isSuperuser?: boolean;
    @IsOptionalNotNull() @IsBoolean() isVerified?: boolean;
  }
  Object.defineProperty(SuperuserUpdate, 'name', { value: `Superuser${update.name}` });
  return SuperuserUpdate;
}
