import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceUnavailableError } from '../users/users.errors.js';
import { Probe } from './probe.js';

describe('Probe', () => {
  const warnings: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
    vi.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
      warnings.push(String(message));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    warnings.length = 0;
  });

  it('asks what hangs once, however often it is asked itself', async () => {
    let answer = (): void => {};
    const question = vi.fn<() => Promise<void>>(
      () =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    );
    const probe = new Probe('A store', question);
    for (let count = 0; count < 5; count++) {
      const isUp = probe.isUp(3);
      await vi.advanceTimersByTimeAsync(3000);
      expect(await isUp).toBe(false);
    }
    expect(question).toHaveBeenCalledTimes(1);
    expect(warnings).toEqual(['A store is down: no answer within 3 s']);

    answer();
    await vi.advanceTimersByTimeAsync(0);
    const again = probe.isUp(3);
    answer();
    expect(await again).toBe(true);
  });

  it('takes a question for lost that nobody has answered for half a minute', async () => {
    let isBack = false;
    const probe = new Probe('A store', () => (isBack ? Promise.resolve() : new Promise(() => {})));
    const lost = probe.isUp(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await lost).toBe(false);
    isBack = true;
    const tooEarly = probe.isUp(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await tooEarly).toBe(false);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await probe.isUp(1)).toBe(true);
  });

  it('LO-02: repeats no text of a driver, not even in the log', async () => {
    class DriverError extends Error {}
    const fail = (error: unknown) =>
      new Probe('A store', () => Promise.reject(error as Error)).isUp(1);
    expect(await fail(new DriverError('password=secret'))).toBe(false);
    expect(await fail(new ServiceUnavailableError(1, 'The database does not answer.'))).toBe(false);
    expect(await fail(undefined)).toBe(false);
    expect(warnings).toEqual([
      'A store is down: DriverError',
      'A store is down: The database does not answer.',
      'A store is down: undefined',
    ]);
  });
});
