import { UsersEventBus } from '@nestjs-users/core';
import { expect } from 'vitest';
import { Host, type HostOptions, type Setup } from './host.js';
import { distinguishable, measure, type TimingLimits } from './timing.js';

/** A request of each class that nobody must tell apart by its time. */
export type Classes = Readonly<Record<string, () => Promise<unknown>>>;

/** How often each class is timed. */
export const COUNT = 200;

/** A host that adds as little noise as possible. */
export function startQuietHost(
  wishes: HostOptions,
  database: Setup['database'] = 'sqlite',
): Promise<Host> {
  return Host.start({ platform: 'fastify', database, flavour: 'bare' }, wishes);
}

/**
 * What must not be told apart: runs once more if it was, for noise comes and goes.
 *
 * @param warmUps - requests of each class that do not count
 */
export async function expectAlike(
  classes: Classes,
  limits: TimingLimits,
  warmUps?: number,
): Promise<void> {
  const pairs = async (): Promise<string[]> =>
    distinguishable(await measure(classes, COUNT, warmUps), limits);
  const first = await pairs();
  const second = first.length > 0 ? await pairs() : [];
  expect(second).toEqual([]);
}

/** The control of a test: what leaks on purpose has to be seen. */
export async function expectDifferent(
  classes: Classes,
  limits: TimingLimits,
  count = COUNT,
): Promise<void> {
  const pairs = distinguishable(await measure(classes, count, 5), limits);
  expect(pairs.length).toBeGreaterThan(0);
}

/** Awaits what must not be awaited, and only where there is something to await. */
export function awaitUnseenListeners(host: Host): void {
  const bus = host.app.get(UsersEventBus);
  const emitUnseen = bus.emitUnseen.bind(bus);
  bus.emitUnseen = async (make) => {
    await emitUnseen(make);
    if (make) await bus.settled();
  };
}
