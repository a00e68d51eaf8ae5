import { describe, expect, it } from 'vitest';
import { UsersTelemetry } from './users-telemetry.js';

const absent = { module: 'users', isOn: true };
const off = { module: 'users', isOn: false };
const none = () => undefined;
const never = () => {
  throw new Error('Not to be loaded.');
};

describe.each([
  { what: 'without the API', telemetry: () => new UsersTelemetry(absent, none) },
  { what: 'switched off', telemetry: () => new UsersTelemetry(off, never) },
])('UsersTelemetry $what', ({ telemetry }) => {
  it('does all work as if it were not there', async () => {
    const unseen = telemetry();
    unseen.count('nestjs_users.login.attempts', { outcome: 'ok' });
    unseen.observe('nestjs_users.hash.queue.length', never);
    const watched = { span: 'nestjs_users.login', outcome: never };
    const work = async () => 5;
    expect(unseen.isOn).toBe(false);
    expect(await unseen.span(watched, work)).toBe(5);
    expect(await unseen.timed('nestjs_users.hash.duration', watched, work)).toBe(5);
    expect(await unseen.counted('nestjs_users.token.refreshes', watched, work)).toBe(5);
    unseen.onApplicationShutdown();
  });

  it('lets errors through as they are', async () => {
    const error = new Error('Mine.');
    const fail = () => Promise.reject(error);
    const watched = { span: 'nestjs_users.login' };
    for (const done of [
      telemetry().span(watched, fail),
      telemetry().timed('nestjs_users.hash.duration', watched, fail),
      telemetry().counted('nestjs_users.token.refreshes', watched, fail),
    ]) {
      await expect(done).rejects.toBe(error);
    }
  });
});
