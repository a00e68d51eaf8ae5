import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Account } from '../accounts/account.entity.js';
import { ApiKeys } from './api-keys.js';

@Module({
  imports: [TypeOrmModule.forFeature([Account])],
  providers: [ApiKeys],
  exports: [ApiKeys],
})
export class ApiKeysModule {}
