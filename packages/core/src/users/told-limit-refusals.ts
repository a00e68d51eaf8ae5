import { Inject, Injectable } from '@nestjs/common';
import { UserLimitReachedEvent } from '../events/refusal.events.js';
import { UsersEventBus } from '../events/users-event-bus.js';
import type { OriginalRequest } from '../events/users.events.js';
import { type LimitRefusal, LimitRefusals } from '../limits/limit-refusals.js';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';

/** Counts what limits refuse, and tells the listeners. */
@Injectable()
export class ToldLimitRefusals extends LimitRefusals {
  constructor(
    @Inject(UsersTelemetry) private readonly telemetry: UsersTelemetry,
    @Inject(UsersEventBus) private readonly events: UsersEventBus,
  ) {
    super();
  }

  override tell({ limit, by, email, user, request }: LimitRefusal): void {
    this.telemetry.count('nestjs_users.limit.refusals', { limit, by });
    // Limits look at a part of it; it is the whole request.
    const original = request as OriginalRequest | undefined;
    this.events.emitRefusal(
      () => new UserLimitReachedEvent(user ?? null, limit, by, email ?? null, original),
      original,
    );
  }
}
