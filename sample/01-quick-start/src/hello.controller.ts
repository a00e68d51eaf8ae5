import { Controller, Get } from '@nestjs/common';
import { Authenticated, CurrentUser } from '@nestjs-users/core';
import type { User } from './users/user.entity.js';

@Controller()
export class HelloController {
  /** `@Authenticated()` alone would answer 401 to strangers; `optional` gives the handler `null`. */
  @Get()
  @Authenticated({ optional: true })
  hello(@CurrentUser() user: User | null): { hello: string } {
    return { hello: user ? (user.firstName ?? user.email) : 'stranger, see /docs' };
  }
}
