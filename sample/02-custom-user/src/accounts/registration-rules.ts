import { ForbiddenException, Injectable } from '@nestjs/common';
import { BeforeUserRegister, type BeforeUserRegisterEvent } from '@nestjs-users/core';
import type { Account } from './account.entity.js';

const THROW_AWAY = new Set(['mailinator.com', 'trashmail.com']);

/** Asked before an account is made: what it throws is the answer, and nothing is stored. */
@Injectable()
export class RegistrationRules {
  @BeforeUserRegister()
  refuseThrowAwayAddresses({ input }: BeforeUserRegisterEvent): void {
    const domain = input.email.split('@').at(-1)?.toLowerCase() ?? '';
    if (THROW_AWAY.has(domain)) {
      throw new ForbiddenException('Use an address at which we can reach you next month too.');
    }
  }

  /** May change what is stored, too. */
  @BeforeUserRegister()
  tidyName({ input }: BeforeUserRegisterEvent<Account>): void {
    input.displayName = String(input.displayName).trim();
  }
}
