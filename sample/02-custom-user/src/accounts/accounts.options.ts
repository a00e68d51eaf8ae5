import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import {
  AuthBackend,
  BearerTransport,
  DefaultPasswordPolicy,
  JwtTokenStrategy,
  PassportBackend,
  type UsersModuleOptions,
  type UsersOptionsFactory,
} from '@nestjs-users/core';
import { ApiKeyStrategy } from '../api-keys/api-key.strategy.js';
import { ApiKeys } from '../api-keys/api-keys.js';

/** The values: what a factory decides when the application starts. */
@Injectable()
export class AccountsOptions implements UsersOptionsFactory {
  constructor(
    private readonly config: ConfigService,
    private readonly apiKeys: ApiKeys,
  ) {}

  createUsersOptions(): UsersModuleOptions {
    return {
      backends: [
        new AuthBackend({
          name: 'jwt',
          transport: new BearerTransport(),
          strategy: new JwtTokenStrategy({
            secret: this.config.getOrThrow('AUTH_SECRET'),
            lifetimeSeconds: 15 * 60,
          }),
        }),
        // Asked second; it has no login route.
        new PassportBackend({ name: 'api-key', strategy: new ApiKeyStrategy(this.apiKeys) }),
      ],
      resetPasswordTokenSecret: this.config.getOrThrow('RESET_PASSWORD_SECRET'),
      resetPasswordTokenLifetimeSeconds: 15 * 60,
      passwordPolicy: new DefaultPasswordPolicy({ minLength: 12, contextWords: ['cats'] }),
    };
  }
}
