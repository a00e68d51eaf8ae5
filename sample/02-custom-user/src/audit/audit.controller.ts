import { Controller, Get } from '@nestjs/common';
import { Authenticated } from '@nestjs-users/core';
import type { AuditEntry } from './audit-entry.entity.js';
import { AuditLog } from './audit-log.js';

/** For superusers alone. */
@Controller('audit')
@Authenticated({ superuser: true })
export class AuditController {
  constructor(private readonly log: AuditLog) {}

  @Get()
  latest(): Promise<AuditEntry[]> {
    return this.log.latest();
  }
}
