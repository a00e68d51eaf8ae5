import { Module } from '@nestjs/common';
import { UsersModule } from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { ApiKeysModule } from '../api-keys/api-keys.module.js';
import { Mailer } from '../mailer.js';
import { AccountMails } from './account-mails.js';
import { Account } from './account.entity.js';
import { ACCOUNT_MODELS } from './account.models.js';
import { AccountsOptions } from './accounts.options.js';
import { MeController } from './me.controller.js';
import { RegistrationRules } from './registration-rules.js';

@Module({
  imports: [
    UsersModule.forRootAsync<Account>({
      // Shape: known before any factory runs.
      path: 'accounts',
      models: ACCOUNT_MODELS,
      routes: { me: MeController },
      // The guard works in every module of the application.
      isGlobal: true,
      imports: [UsersTypeOrmModule.forEntity(Account), ApiKeysModule],
      // Values.
      useClass: AccountsOptions,
    }),
  ],
  providers: [Mailer, AccountMails, RegistrationRules],
})
export class AccountsModule {}
