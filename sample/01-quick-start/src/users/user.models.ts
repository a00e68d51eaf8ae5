import { CreateUserDto, UpdateUserDto, UserDto } from '@nestjs-users/core';
import { Expose } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** What the routes show. Only what says `@Expose()` leaves the server. */
export class ReadUser extends UserDto {
  @Expose()
  firstName?: string;
}

/** What registration takes. Fields without a rule are dropped. */
export class CreateUser extends CreateUserDto {
  @IsOptional()
  @IsString()
  @MaxLength(80)
  firstName?: string | null;
}

/** What `PATCH /users/me` takes. */
export class UpdateUser extends UpdateUserDto {
  @IsOptional()
  @IsString()
  @MaxLength(80)
  firstName?: string | null;
}
