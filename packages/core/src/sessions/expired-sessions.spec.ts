import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { StoredSessions } from './stored-sessions.js';
import { TokenStore } from './token-store.js';

const MINUTE = 60_000;
const request = new AsyncLocalStorage<string>();

/** Has so many rows that have expired, and keeps in mind who came to delete them. */
class FullStore extends TokenStore {
  readonly limits: number[] = [];
  readonly requests: (string | undefined)[] = [];
  fails = false;
  answers = Promise.resolve();

  constructor(public expired: number) {
    super();
  }

  async insert(): Promise<void> {}
  async find(): Promise<null> {
    return null;
  }
  async touch(): Promise<boolean> {
    return false;
  }
  async list(): Promise<[]> {
    return [];
  }
  async delete(): Promise<number> {
    return 0;
  }

  async deleteExpired(_now: Date, limit: number): Promise<number> {
    this.limits.push(limit);
    this.requests.push(request.getStore());
    await this.answers;
    if (this.fails) throw new Error('no such table');
    const deleted = Math.min(limit, this.expired);
    this.expired -= deleted;
    return deleted;
  }
}

describe('Expired sessions', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const sessionsIn = (store: TokenStore) =>
    new StoredSessions('Test', { store, lifetimeSeconds: 3600, idleSeconds: 3600 });
  let count = 0;
  const logIn = (sessions: StoredSessions) =>
    sessions.open({
      id: String(count++),
      secret: `secret ${count}`,
      claims: { subject: '1', fingerprint: 'x' },
      backend: 'test',
    });

  it('are deleted in parts until none is left, a second apart, by one login', async () => {
    const store = new FullStore(10_500);
    await logIn(sessionsIn(store));
    expect(store.limits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(999);
    expect(store.limits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(store.expired).toBe(0);
    expect(Math.max(...store.limits)).toBeLessThanOrEqual(5000);
  });

  it('keep no login waiting', async () => {
    const store = new FullStore(1);
    store.answers = new Promise(() => {});
    await logIn(sessionsIn(store));
    expect(store.limits).toHaveLength(1);
  });

  it('are looked for once a minute, by one login of many', async () => {
    const store = new FullStore(0);
    const sessions = sessionsIn(store);
    await Promise.all(Array.from({ length: 20 }, () => logIn(sessions)));
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    await logIn(sessions);
    expect(store.limits).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await logIn(sessions);
    expect(store.limits).toHaveLength(2);
  });

  it('R-18: are looked for after a minute, though the clock was set back by an hour', async () => {
    const store = new FullStore(0);
    const sessions = sessionsIn(store);
    await logIn(sessions);
    vi.setSystemTime(Date.now() - 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(MINUTE);
    await logIn(sessions);
    expect(store.limits).toHaveLength(2);
  });

  it('are part of no request, nor of its transaction', async () => {
    const store = new FullStore(1500);
    const sessions = sessionsIn(store);
    await request.run('a login', () => logIn(sessions));
    await vi.advanceTimersByTimeAsync(5000);
    expect(new Set(store.requests)).toEqual(new Set([undefined]));
  });

  it('that cannot be deleted are a warning, and wait for a minute', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const store = new FullStore(2000);
    store.fails = true;
    const sessions = sessionsIn(store);
    await logIn(sessions);
    await vi.advanceTimersByTimeAsync(MINUTE - 1);
    await logIn(sessions);
    expect(store.limits).toHaveLength(1);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      'Expired sessions could not be deleted: no such table',
    );
    store.fails = false;
    await vi.advanceTimersByTimeAsync(1);
    await logIn(sessions);
    await vi.advanceTimersByTimeAsync(5000);
    expect(store.expired).toBe(0);
  });
});
