import { Logger } from '@nestjs/common';
import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Argon2Cost, Argon2Hash, Argon2Kind } from './argon2-hash.js';
import { leftOver } from './argon2-left-over.js';

vi.mock('node:worker_threads', async (original) => ({
  ...(await original<typeof import('node:worker_threads')>()),
  Worker: vi.fn<(file: URL, options: { workerData: unknown }) => Worker>(),
}));

const usual: Argon2Cost = { memoryKiB: 19_456, iterations: 2, parallelism: 1 };
const old: Argon2Kind = { ...usual, variant: 'argon2id', version: 19, memoryKiB: 4096 };
const found: Argon2Cost = { ...usual, memoryKiB: 15_000 };

describe('What follows an old hash of Argon2', () => {
  /** The threads that measure. */
  let threads: (EventEmitter & { unref: () => void })[];
  let topUpOf: (hash: Argon2Kind, usual: Argon2Cost) => Argon2Cost | undefined;

  beforeEach(async () => {
    threads = [];
    vi.mocked(Worker).mockImplementation(function start() {
      const thread = Object.assign(new EventEmitter(), { unref: vi.fn<() => void>() });
      threads.push(thread);
      return thread as unknown as Worker;
    });
    vi.resetModules();
    ({ topUpOf } = await import('./argon2-top-up.js'));
  });
  afterEach(() => vi.restoreAllMocks());

  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('EN-02: is estimated at first, and measured meanwhile, by a thread that nobody waits for', async () => {
    expect(topUpOf(old, usual)).toEqual(leftOver(old, usual));
    await settled();
    expect(threads).toHaveLength(1);
    expect(threads[0]?.unref).toHaveBeenCalledOnce();
    threads[0]?.emit('message', found);
    expect(topUpOf(old, usual)).toBe(found);
  });

  it('is measured once for all hashes of a kind, whosever they are', async () => {
    for (const salt of ['c29tZXNhbHQ', 'b3RoZXJzYWx0']) {
      const hash: Argon2Hash = { ...old, salt, digest: 'A'.repeat(43) };
      topUpOf(hash, usual);
    }
    await settled();
    threads[0]?.emit('exit', 0);
    await settled();
    expect(threads).toHaveLength(1);
  });

  it('one kind is measured after the other', async () => {
    topUpOf(old, usual);
    topUpOf({ ...old, variant: 'argon2i' }, usual);
    await settled();
    expect(threads).toHaveLength(1);
    threads[0]?.emit('exit', 0);
    await settled();
    expect(threads).toHaveLength(2);
  });

  it('nothing follows, and nothing is measured, where nothing is missing', async () => {
    expect(topUpOf({ ...old, ...usual }, usual)).toBeUndefined();
    await settled();
    expect(threads).toEqual([]);
  });

  it('stays an estimate where a thread fails, which is told, and the next kind is measured', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    topUpOf(old, usual);
    topUpOf({ ...old, iterations: 1 }, usual);
    await settled();
    threads[0]?.emit('error', new Error('no memory'));
    await settled();
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/is estimated: no memory$/));
    expect(topUpOf(old, usual)).toEqual(leftOver(old, usual));
    expect(threads).toHaveLength(2);
  });

  it('stays an estimate for kinds beyond any real table', async () => {
    for (let kinds = 0; kinds < 64; kinds++) topUpOf({ ...old, memoryKiB: 1000 + kinds }, usual);
    topUpOf(old, usual);
    for (let kinds = 0; kinds < 64; kinds++) {
      await settled();
      threads[kinds]?.emit('exit', 0);
    }
    await settled();
    expect(threads).toHaveLength(64);
    expect(topUpOf(old, usual)).toEqual(leftOver(old, usual));
  });
});
