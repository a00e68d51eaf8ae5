import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type LackingRight,
  UserAccessDeniedEvent,
  UserLimitReachedEvent,
} from '../events/refusal.events.js';
import type { UsersEvent } from '../events/users.events.js';
import type { BaseUser } from '../users/user.js';
import { SecurityLog, type SecurityRecord } from './security-log.js';
import { SecurityRecorder } from './security-recorder.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

class MemorySecurityLog extends SecurityLog {
  readonly records: SecurityRecord[] = [];

  write(record: SecurityRecord): void {
    this.records.push(record);
  }
}

function recorder() {
  const log = new MemorySecurityLog();
  const made = new SecurityRecorder({ log, module: 'users', digest: (email) => email });
  const hear = async (...events: readonly UsersEvent[]): Promise<void> => {
    for (const event of events) await made.record(event);
  };
  return { hear, records: log.records };
}

const denied = (id: number, lacks: LackingRight = 'superuser', backend = 'jwt') =>
  new UserAccessDeniedEvent({ id } as BaseUser, lacks, backend);
const limited = (ip: string, email: string | null = null) =>
  new UserLimitReachedEvent(null, 'password', email === null ? 'client' : 'account', email, {
    ...{ method: 'POST', url: '/users/login/jwt', headers: {}, ip },
  });

describe('SecurityRecorder', () => {
  it('LO-04: of one who is denied again and again, one record a minute, and how often', async () => {
    const { hear, records } = recorder();
    await hear(denied(1), denied(1), denied(1));
    vi.advanceTimersByTime(59_999);
    await hear(denied(1));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ event: 'access.denied', userId: '1', details: {} });

    vi.advanceTimersByTime(1);
    await hear(denied(1));
    vi.advanceTimersByTime(60_000);
    await hear(denied(1));
    expect(records.map(({ details }) => details)).toEqual([{}, { repeated: 3 }, {}]);
  });

  it('tells apart who is denied, what for, and by which backend', async () => {
    const { hear, records } = recorder();
    const all = [denied(1), denied(2), denied(1, 'verified'), denied(1, 'superuser', 'web')];
    await hear(...all, ...all);
    expect(records).toHaveLength(all.length);
  });

  it('of one who is over a limit, one record a minute, from whatever address of their network', async () => {
    const { hear, records } = recorder();
    await hear(limited('192.0.2.7'), limited('192.0.2.7'), limited('192.0.2.8'));
    await hear(limited('2001:db8::1'), limited('2001:db8::2'), limited('2001:db8:0:1::1'));
    await hear(limited('2001:db8::1', 'anna'), limited('2001:db8::2', 'anna'));
    const seen = records.map(({ address, account }) => account ?? address);
    expect(seen).toEqual(['192.0.2.7', '192.0.2.8', '2001:db8::1', '2001:db8:0:1::1', 'anna']);
    vi.advanceTimersByTime(60_000);
    await hear(limited('192.0.2.7'));
    const details = { limit: 'password', by: 'client', repeated: 1 };
    expect(records.at(-1)).toMatchObject({ details });
  });

  it('tells a thousand of them apart, and takes the others together: nobody fills the log', async () => {
    const { hear, records } = recorder();
    const everybody = async (from: number, to: number) => {
      for (let id = from; id <= to; id++) await hear(denied(id));
    };
    await everybody(1, 1005);
    expect(records).toHaveLength(1001);
    // Those who were told apart still are, in vain.
    await everybody(1, 1005);
    expect(records).toHaveLength(1001);

    vi.advanceTimersByTime(60_000);
    records.length = 0;
    await everybody(2001, 3001);
    expect(records).toHaveLength(1001);
    // The four, the five of the second round, and the thousand of it.
    expect(records.at(-1)).toMatchObject({ userId: '3001', details: { othersLeftOut: 1009 } });
  });
});
