import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { UsersEventBus } from '@nestjs-users/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { FailedError } from '../cli.errors.js';
import type { ApplicationModule } from './choose-module.js';

/** How long the application's shutdown hooks may take, its listeners apart. */
const SHUTDOWN_SECONDS = 30;

/**
 * Boots the application without its server, does something, and shuts it down: listeners have ended
 * and connections are closed when this returns. What fails at the shutdown is logged: the work is done.
 *
 * @throws FailedError it does not start
 */
export async function withApplication(
  module: ApplicationModule,
  logger: LoggerService,
  work: (app: INestApplicationContext) => Promise<void>,
): Promise<void> {
  const app = await start(module, logger);
  try {
    await work(app);
  } finally {
    await stop(app).catch((error: unknown) => logger.error(error, 'Shutdown'));
  }
}

async function start(
  module: ApplicationModule,
  logger: LoggerService,
): Promise<INestApplicationContext> {
  try {
    return await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  } catch (cause) {
    throw new FailedError('The application does not start.', { cause });
  }
}

/**
 * Listeners come first: what they need (a mail server, a queue) may be closed by the first hooks of
 * the shutdown.
 */
async function stop(app: INestApplicationContext): Promise<void> {
  // Somebody who only waits does not keep the process; without this it would end here, unfinished.
  const staying = setInterval(() => {}, 60_000);
  try {
    const buses = app.get<UsersEventBus>(UsersEventBus, { strict: false, each: true });
    await Promise.all(buses.map((bus) => bus.settled()));
    await Promise.race([app.close(), giveUp()]);
  } finally {
    clearInterval(staying);
  }
}

async function giveUp(): Promise<never> {
  await sleep(SHUTDOWN_SECONDS * 1000, undefined, { ref: false });
  throw new Error(
    `The application's hooks have not ended after ${SHUTDOWN_SECONDS} s. Not waiting.`,
  );
}
