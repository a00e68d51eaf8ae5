import { BreachedPasswordPolicy, DefaultPasswordPolicy } from '@nestjs-users/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Host } from '../harness/host.js';
import { failures, LeakedPasswords } from '../harness/leaked-passwords.js';
import { newEmail, newPassword } from '../harness/leaks.js';

const provider = new LeakedPasswords();
let host: Host;

beforeAll(async () => {
  await provider.start();
  const breachCheck = new BreachedPasswordPolicy({ url: provider.url });
  const options = { passwordPolicy: new DefaultPasswordPolicy({ breachCheck }) };
  host = await Host.start(
    { platform: 'fastify', database: 'sqlite', flavour: 'bare' },
    { options },
  );
});

afterAll(async () => {
  await host.close();
  await provider.stop();
});

const hanging = Object.entries(failures).filter(([, { isEndless }]) => isEndless);

it.each(hanging)(
  'PW-12: a provider that %s holds a registration up for a second, not for longer',
  async (_what, { answer }) => {
    provider.failBy(answer);
    const register = async (): Promise<number> => {
      const body = { email: newEmail(), password: newPassword() };
      const start = performance.now();
      const { status } = await host.send({ method: 'POST', path: '/users/register', body });
      expect(status).toBe(201);
      return performance.now() - start;
    };
    const times = await Promise.all(Array.from({ length: 20 }, register));
    expect(Math.max(...times)).toBeLessThanOrEqual(1500);
    // It was indeed waited for.
    expect(Math.min(...times)).toBeGreaterThan(900);
  },
);
