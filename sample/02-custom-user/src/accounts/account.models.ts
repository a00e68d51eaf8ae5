import { CreateUserDto, IsOptionalNotNull, UpdateUserDto, UserDto } from '@nestjs-users/core';
import { Expose } from 'class-transformer';
import { IsBoolean, IsString, Length } from 'class-validator';

/** What the routes show. */
export class ReadAccount extends UserDto {
  @Expose() displayName!: string;
  @Expose() newsletter!: boolean;
}

/** What registration takes: a name is compulsory here. */
export class CreateAccount extends CreateUserDto {
  @IsString() @Length(1, 80) displayName!: string;
  @IsOptionalNotNull() @IsBoolean() newsletter?: boolean;
}

/** What an update takes: everything may be left out, nothing may become `null`. */
export class UpdateAccount extends UpdateUserDto {
  @IsOptionalNotNull() @IsString() @Length(1, 80) displayName?: string;
  @IsOptionalNotNull() @IsBoolean() newsletter?: boolean;
}

export const ACCOUNT_MODELS = { user: ReadAccount, create: CreateAccount, update: UpdateAccount };
