import type { OriginalRequest } from '@nestjs-users/core';
import { Strategy, type StrategyCreatedStatic } from 'passport';

type Verify = (key: string, done: (error: unknown, user?: object | false) => void) => void;

/** A Passport strategy for `X-Api-Key`, as the packages on npm are written. */
export class ApiKeyStrategy extends Strategy {
  constructor(readonly verify: Verify) {
    super();
  }

  override authenticate(this: ApiKeyStrategy & StrategyCreatedStatic, request: unknown): void {
    const key = (request as OriginalRequest).headers['x-api-key'] as string | undefined;
    if (key === undefined) {
      this.fail('No key', 401);
    } else if (key === 'pass') {
      this.pass();
    } else if (key === 'throw') {
      throw new Error('thrown by the strategy');
    } else if (key === 'redirect') {
      this.redirect('https://login.example.org/');
    } else {
      this.verify(key, (error, user) => {
        if (error) this.error(error);
        else if (user) this.success(user);
        else this.fail('Unknown key', 401);
      });
    }
  }
}
