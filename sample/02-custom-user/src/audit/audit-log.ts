import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  OnUserDeleted,
  OnUserLoggedIn,
  OnUserLoggedOut,
  OnUserPasswordChanged,
  OnUserPasswordReset,
  OnUserRegistered,
  OnUserUpdated,
  type UserEvent,
} from '@nestjs-users/core';
import { Repository } from 'typeorm';
import type { Account } from '../accounts/account.entity.js';
import { AuditEntry } from './audit-entry.entity.js';

/** Writes down who did what. It hears the same events as the mails, and neither knows the other. */
@Injectable()
export class AuditLog {
  constructor(@InjectRepository(AuditEntry) private readonly entries: Repository<AuditEntry>) {}

  @OnUserRegistered()
  @OnUserLoggedIn()
  @OnUserLoggedOut()
  @OnUserUpdated()
  @OnUserPasswordChanged()
  @OnUserPasswordReset()
  @OnUserDeleted()
  async record(event: UserEvent<Account>): Promise<void> {
    await this.entries.insert({
      at: event.occurredAt,
      event: event.constructor.name,
      accountId: event.user.id,
      // Absent when code called the service.
      ip: event.request?.ip ?? null,
    });
  }

  latest(): Promise<AuditEntry[]> {
    return this.entries.find({ order: { id: 'DESC' }, take: 100 });
  }
}
