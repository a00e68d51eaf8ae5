import { UsersEventBus } from '@nestjs-users/core';
import type { INestApplicationContext } from '@nestjs/common';

/**
 * Resolves when all `@On…()` listeners that were called so far have ended, those of every
 * `UsersModule` of the application. Call it after `app.init()`: before, events wait for the start.
 *
 * @example
 * await request(server).post('/users/forgot-password').send({ email: 'nobody@example.org' });
 * await listenersSettled(app);
 * expect(mailer.sent).toEqual([]);
 * @publicApi
 */
export async function listenersSettled(app: INestApplicationContext): Promise<void> {
  const buses = app.get<UsersEventBus>(UsersEventBus, { strict: false, each: true });
  await Promise.all(buses.map((bus) => bus.settled()));
}
