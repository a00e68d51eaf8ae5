import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CountingPasswordHasher } from './counting.password-hasher.js';
import { FastPasswordHasher } from './fast.password-hasher.js';

describe('CountingPasswordHasher', () => {
  it('answers what the other hasher answers, and counts', async () => {
    const inner = new FastPasswordHasher({ version: 2 });
    const hasher = new CountingPasswordHasher(inner);
    const hash = await hasher.hash('right horse');
    expect(await hasher.verify('right horse', hash)).toBe(true);
    expect(await hasher.verify('right horse', null)).toBe(false);
    expect(hasher.needsRehash(hash)).toBe(false);
    expect(hasher).toMatchObject({ hashes: 1, verifications: 2, calls: 3 });
    hasher.reset();
    expect(hasher.calls).toBe(0);
  });

  it('holds calls between pause and resume, and tells how many', async () => {
    const hasher = new CountingPasswordHasher(new FastPasswordHasher());
    const ended: string[] = [];
    hasher.pause();
    const first = hasher.hash('first').then(() => ended.push('first'));
    await hasher.held();
    // Paused again: the first one must not be forgotten.
    hasher.pause();
    const twoHeld = hasher.held(2);
    const second = hasher.verify('second', null).then(() => ended.push('second'));
    await twoHeld;
    await nextTurn();
    expect(ended).toEqual([]);

    hasher.resume();
    await Promise.all([first, second, hasher.hash('third')]);
    expect(ended).toEqual(['first', 'second']);
  });
});
