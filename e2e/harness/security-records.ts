import { SecurityLog, type SecurityRecord, UsersEventBus } from '@nestjs-users/core';
import { expect, it } from 'vitest';
import type { Host } from './host.js';
import { newcomer, type Persona } from './persona.js';

/** What was recorded since it was emptied. */
export const records: SecurityRecord[] = [];

export class MemorySecurityLog extends SecurityLog {
  override async write(record: SecurityRecord): Promise<void> {
    records.push(record);
  }
}

/** As which program everybody acts, unless a record says that none was named. */
export const AGENT = 'Story/1.0';

/** What a record says, beside what every one of them says. */
export type Said = Partial<SecurityRecord>;

/** Who takes part in an action. */
export interface SecurityCast {
  readonly host: Host;
  readonly anna: Persona;
  readonly admin: Persona;
}

/** Something that somebody does. */
export interface SecurityAction {
  readonly action: string;
  /** @returns what is to be recorded of it */
  readonly act: (cast: SecurityCast) => Promise<Said[]>;
}

/** The names of all events that {@link itRecords} has seen recorded. */
export const seenEvents = new Set<string>();

/** Tells of each action what is recorded of it: that, whole, and nothing else. */
export function itRecords(
  stage: { readonly host: Host },
  actions: readonly SecurityAction[],
): void {
  it.each(actions)('LO-04: one record of $action, complete', async ({ act }) => {
    const { host } = stage;
    const anna = await newcomer(host);
    const admin = await newcomer(host, 'jwt', { isSuperuser: true });
    await host.app.get(UsersEventBus).settled();
    records.length = 0;
    const before = Date.now();
    const said = await act({ host, anna, admin });
    await host.app.get(UsersEventBus).settled();

    const expected = said.map((record) => ({
      outcome: 'success',
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      module: 'users',
      userId: null,
      actorId: null,
      account: null,
      address: expect.stringMatching(/127\.0\.0\.1$/) as string,
      userAgent: AGENT,
      backend: null,
      reason: null,
      details: {},
      ...record,
    }));
    expect(inOrder(records)).toEqual(inOrder(expected));
    for (const { event } of records) seenEvents.add(event);
    for (const { occurredAt } of records) {
      expect(Date.parse(occurredAt)).toBeGreaterThanOrEqual(before);
      expect(Date.parse(occurredAt)).toBeLessThanOrEqual(Date.now());
    }
  });
}

/** Each of several listeners of one turn may be the first. */
function inOrder(list: readonly { event?: string; reason?: string | null }[]): unknown[] {
  const key = ({ event, reason }: { event?: string; reason?: string | null }) =>
    `${event} ${reason}`;
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
