import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { AttemptLimits, type Sender } from './attempt-limits.js';
import { MemoryRateLimitStore } from './memory.rate-limit-store.js';
import { SteadyLimits } from './steady-limits.js';

const DAY_MS = 24 * 3600 * 1000;
const email = 'anna@example.org';
const home: Sender = { ip: '192.0.2.7' };
const stranger = (n: number): Sender => ({ ip: `198.51.100.${n}` });

describe('AttemptLimits', () => {
  let limits: AttemptLimits;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const value = {
      perAccount: { max: 10, perSeconds: 900 },
      perAddress: { max: 100, perSeconds: 900 },
    };
    const telemetry = new UsersTelemetry({ module: 'users', isOn: false });
    const counts = new SteadyLimits(new MemoryRateLimitStore(), telemetry);
    limits = new AttemptLimits({ value, module: 'users' }, counts, { tell: () => {} });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const logIn = async (from: Sender) => (await limits.password(email, from)).succeeded();
  const guess = async (from: Sender) => {
    const answer = await limits.password(email, from).catch(() => 'refused');
    return answer === 'refused' ? 'refused' : 'looked at';
  };
  const attack = async () => {
    for (let n = 0; n < 20; n++) await guess(stranger(n));
    expect(await guess(stranger(1))).toBe('refused');
  };

  it('RL-04: an address is known for a month after the last login, not after the first', async () => {
    for (let day = 0; day < 80; day += 20) {
      await logIn(home);
      vi.advanceTimersByTime(20 * DAY_MS);
    }
    await attack();
    expect(await guess(home)).toBe('looked at');
  });

  it('RL-04: and is a stranger’s again after a month without one', async () => {
    await logIn(home);
    vi.advanceTimersByTime(31 * DAY_MS);
    await attack();
    expect(await guess(home)).toBe('refused');
  });

  it('RL-02: right passwords at a known address are bounded, too, whoever’s they are', async () => {
    const people = Array.from({ length: 20 }, (_, n) => `person-${n}@example.org`);
    const tried = async (whose: string) => {
      const attempt = await limits.password(whose, home).catch(() => undefined);
      await attempt?.succeeded();
      return attempt !== undefined;
    };
    for (const whose of people) expect(await tried(whose)).toBe(true);
    let passed = 0;
    for (let n = 0; n < 2000; n++) if (await tried(people[n % 20]!)) passed++;
    expect(passed).toBe(1000);
    // Strangers there, and the same people elsewhere, are not hindered by it.
    expect((await limits.password('somebody@example.org', home)).succeeded).toBeDefined();
    expect(await guess(stranger(1))).toBe('looked at');
  });
});
