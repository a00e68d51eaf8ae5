import type { OriginalRequest } from '@nestjs-users/core';
import { Strategy } from 'passport';
import type { ApiKeys } from './api-keys.js';

/** Reads `X-Api-Key`. Any `passport-*` strategy that does not redirect can be a backend like this. */
export class ApiKeyStrategy extends Strategy {
  constructor(private readonly apiKeys: ApiKeys) {
    super();
  }

  override authenticate({ headers }: OriginalRequest): void {
    const key = headers['x-api-key'];
    if (typeof key !== 'string') return this.pass();
    this.apiKeys.owner(key).then(
      (account) => (account ? this.success(account) : this.fail()),
      // A database that does not answer is no wrong key.
      (error: unknown) => this.error(error),
    );
  }
}
