import { describe, expect, it } from 'vitest';
import { describeError, settleWithin } from './settle-within.js';

describe('settleWithin', () => {
  it('tells whether the work ended in time', async () => {
    expect(await settleWithin(Promise.resolve('anything'), 1)).toBe(true);
    expect(await settleWithin(new Promise(() => {}), 0.01)).toBe(false);
  });

  it('passes on a rejection in time, and swallows a late one', async () => {
    await expect(settleWithin(Promise.reject(new Error('no')), 1)).rejects.toThrow('no');
    let reject!: (error: Error) => void;
    const work = new Promise((_resolve, fail) => (reject = fail));
    expect(await settleWithin(work, 0.01)).toBe(false);
    // An unhandled rejection would fail this run.
    reject(new Error('too late'));
  });
});

describe('describeError', () => {
  it('shows the stack of an error, and nothing else of it', () => {
    const error = Object.assign(new Error('broken'), { parameters: ['a secret'] });
    expect(describeError(error)).toContain('Error: broken');
    expect(describeError(error)).toContain('settle-within.spec');
    expect(describeError(error)).not.toContain('a secret');
  });

  it.each([
    ['a text', 'text', 'text'],
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object without prototype', Object.create(null), 'something that cannot be shown'],
    [
      'an object whose toString throws itself',
      {
        toString() {
          // eslint-disable-next-line typescript/only-throw-error -- as bad as it gets
          throw this;
        },
      },
      'something that cannot be shown',
    ],
    [
      'an error whose stack throws',
      Object.defineProperty(new Error('x'), 'stack', {
        get() {
          throw new Error('y');
        },
      }),
      'something that cannot be shown',
    ],
  ])('EV-03: never throws, whatever was thrown: %s', (_what, thrown, text) => {
    expect(describeError(thrown)).toBe(text);
  });
});
