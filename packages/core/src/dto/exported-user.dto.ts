import type { Type } from '@nestjs/common';
import { Expose } from 'class-transformer';
import type { UserDto } from './user.dto.js';

/** What users are shown of themselves when they ask for everything. @publicApi */
export interface ExportedUserDto extends UserDto {
  pendingEmail: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** The read model, and what the library knows beyond it. */
export function exportedUserModel(readModel: Type<UserDto>): Type<ExportedUserDto> {
  class ExportedUser extends readModel implements ExportedUserDto {
    @Expose() pendingEmail!: string | null;
    @Expose() createdAt!: Date;
    @Expose() updatedAt!: Date;
  }
  Object.defineProperty(ExportedUser, 'name', { value: `Exported${readModel.name}` });
  return ExportedUser;
}
