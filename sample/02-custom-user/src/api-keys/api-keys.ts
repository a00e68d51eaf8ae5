import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/** One key for each account. Stored as a digest: who reads the table cannot use it. */
@Injectable()
export class ApiKeys {
  constructor(@InjectRepository(Account) private readonly accounts: Repository<Account>) {}

  async make({ id }: Account): Promise<string> {
    const key = randomBytes(32).toString('base64url');
    await this.accounts.update({ id }, { apiKeyDigest: digest(key) });
    return key;
  }

  async revoke({ id }: Account): Promise<void> {
    await this.accounts.update({ id }, { apiKeyDigest: null });
  }

  owner(key: string): Promise<Account | null> {
    return this.accounts.findOneBy({ apiKeyDigest: digest(key) });
  }
}

/** A key is random enough: it needs no slow hash, and the same digest finds it again. */
function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
