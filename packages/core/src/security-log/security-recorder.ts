import { authenticationOf } from '../auth/current-authentication.js';
import { UserRefusalEvent } from '../events/refusal.events.js';
import type { UsersEventBus } from '../events/users-event-bus.js';
import { UserEvent, UsersEvent } from '../events/users.events.js';
import { type Description, describeEvent } from './descriptions.js';
import { RareRecords } from './rare-records.js';
import type { SecurityLog, SecurityRecord } from './security-log.js';

/** What a recorder needs of its module. */
export interface SecurityRecorderOptions {
  readonly log: SecurityLog;
  readonly module: string;
  readonly digest: (email: string) => string;
}

/** Makes a record of each event that has to do with security, and hands it to the log. */
export class SecurityRecorder {
  readonly #rare = new RareRecords();

  constructor(private readonly options: SecurityRecorderOptions) {}

  /** Hears what happens in this module. */
  listenTo(bus: UsersEventBus): void {
    for (const event of [UsersEvent, UserRefusalEvent]) {
      const label = 'SecurityRecorder.record';
      bus.listen({ event, label, invoke: (heard) => this.record(heard) });
    }
  }

  async record(event: UsersEvent): Promise<void> {
    const description = describeEvent(event);
    if (!description) return;
    const record = this.#rare.thin(this.#recordOf(event, description));
    if (record) await this.options.log.write(record);
  }

  #recordOf(event: UsersEvent, description: Description): SecurityRecord {
    const { outcome = 'success', backend, reason = null, details = {}, email, actor } = description;
    const caller = event.request ? authenticationOf(event.request) : null;
    const actorId = (actor ?? caller?.user)?.id;
    return {
      event: description.event,
      outcome,
      occurredAt: event.occurredAt.toISOString(),
      module: this.options.module,
      userId: subjectOf(event),
      actorId: actorId === undefined ? null : String(actorId),
      account: typeof email === 'string' ? this.options.digest(email) : null,
      ...event.client,
      backend: backend ?? caller?.backend ?? null,
      reason,
      details,
    };
  }
}

function subjectOf(event: UsersEvent): string | null {
  const isAboutUser = event instanceof UserEvent || event instanceof UserRefusalEvent;
  const user = isAboutUser ? event.user : null;
  return user ? String(user.id) : null;
}
