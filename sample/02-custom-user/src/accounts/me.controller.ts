import { Delete, HttpCode, Inject, Post } from '@nestjs/common';
import { Authenticated, createMeController, CurrentUser } from '@nestjs-users/core';
import { ApiKeys } from '../api-keys/api-keys.js';
import type { Account } from './account.entity.js';
import { ACCOUNT_MODELS } from './account.models.js';

/** The library's `GET` and `PATCH /accounts/me`, and two routes beside them. */
export class MeController extends createMeController(ACCOUNT_MODELS, { path: 'accounts' }) {
  // A property, so that the constructor of the parent stays as it is.
  @Inject(ApiKeys) private readonly apiKeys!: ApiKeys;

  /** Shows the key once. Only a login makes one: a key that leaks cannot make itself a successor. */
  @Post('me/api-key')
  @Authenticated({ backends: ['jwt'] })
  async makeApiKey(@CurrentUser() account: Account): Promise<{ apiKey: string }> {
    return { apiKey: await this.apiKeys.make(account) };
  }

  @Delete('me/api-key')
  @HttpCode(204)
  async revokeApiKey(@CurrentUser() account: Account): Promise<void> {
    await this.apiKeys.revoke(account);
  }
}
