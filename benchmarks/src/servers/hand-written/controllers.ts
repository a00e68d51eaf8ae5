import {
  Body,
  ClassSerializerInterceptor,
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { IsEmail, IsString, MaxLength, MinLength } from 'class-validator';
import { environment } from '../environment.js';
import { AuthService } from './auth.service.js';
import { StoredTokenGuard } from './stored-token.guard.js';
import type { User } from './user.js';

class LoginDto {
  @IsEmail() email!: string;
  @IsString() @MaxLength(72) password!: string;
}

class RegisterDto extends LoginDto {
  @MinLength(8) declare password: string;
}

@Controller('users')
@UseInterceptors(ClassSerializerInterceptor)
export class UsersController {
  constructor(@Inject(AuthService) private readonly auth: AuthService) {}

  @Get('me')
  @UseGuards(environment.token === 'jwt' ? AuthGuard('jwt') : StoredTokenGuard)
  me(@Req() request: { user: User }): User {
    return request.user;
  }

  @Post('login')
  @HttpCode(200)
  login(@Body() { email, password }: LoginDto) {
    return this.auth.login(email, password);
  }

  @Post('register')
  register(@Body() { email, password }: RegisterDto): Promise<User> {
    return this.auth.register(email, password);
  }
}
