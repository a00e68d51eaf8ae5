import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RareWarnings } from './rare-warnings.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('warns once in a while, and then says how often it kept quiet', () => {
  const said: string[] = [];
  const logger = Object.assign(new Logger(), { warn: (text: string) => said.push(text) });
  const warnings = new RareWarnings(logger, 60);

  warnings.warn('first');
  warnings.warn('second');
  vi.advanceTimersByTime(59_999);
  warnings.warn('third');
  expect(said).toEqual(['first']);

  vi.advanceTimersByTime(1);
  warnings.warn('fourth');
  vi.advanceTimersByTime(60_000);
  warnings.warn('fifth');
  expect(said).toEqual(['first', 'fourth (2 more before this)', 'fifth']);
});
