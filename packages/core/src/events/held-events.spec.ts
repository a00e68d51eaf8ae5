import { describe, expect, it } from 'vitest';
import { HeldEvents } from './held-events.js';

/** Leaves an event as code does that cannot know whether it is part of a transaction. */
function emit(name: string, told: string[]): void {
  const tell = async (): Promise<void> => emit(name, told);
  const held = HeldEvents.current();
  if (held) held.add(tell);
  else told.push(name);
}

describe('HeldEvents', () => {
  it('is nowhere but in the work that it collects', async () => {
    const held = new HeldEvents();
    expect(HeldEvents.current()).toBeUndefined();
    await held.collect(async () => {
      expect(HeldEvents.current()).toBe(held);
      await Promise.resolve();
      expect(HeldEvents.current()).toBe(held);
    });
    expect(HeldEvents.current()).toBeUndefined();
  });

  it('EV-01: tells what was held in its order, when it is delivered', async () => {
    const told: string[] = [];
    const held = new HeldEvents();
    const answer = await held.collect(async () => {
      for (const name of ['first', 'second']) emit(name, told);
      return 'answer';
    });
    expect([answer, ...told]).toEqual(['answer']);
    await held.deliver();
    expect(told).toEqual(['first', 'second']);
  });

  it('EV-01: passes on what the work throws, and holds what nobody will deliver', async () => {
    const told: string[] = [];
    const held = new HeldEvents();
    const failure = new Error('rolled back');
    const work = held.collect(async () => {
      emit('never', told);
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    emit('after', told);
    expect(told).toEqual(['after']);
  });

  it('holds nothing of what the work has left running: that is late, and on its own', async () => {
    const told: string[] = [];
    const held = new HeldEvents();
    let goOn!: () => void;
    const pause = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let straggler: Promise<void> | undefined;
    await held.collect(async () => {
      straggler = pause.then(() => emit('late', told));
    });
    goOn();
    await straggler;
    expect(told).toEqual(['late']);
    await held.deliver();
    expect(told).toEqual(['late']);
  });

  it('EV-01: leaves the events of work inside of other work to that', async () => {
    const told: string[] = [];
    const outer = new HeldEvents();
    await outer.collect(async () => {
      emit('before', told);
      const inner = new HeldEvents();
      await inner.collect(async () => emit('inside', told));
      emit('between', told);
      await inner.deliver();
      emit('after', told);
    });
    expect(told).toEqual([]);
    await outer.deliver();
    expect(told).toEqual(['before', 'between', 'inside', 'after']);
  });

  it('keeps apart what happens at the same time', async () => {
    const told: string[] = [];
    const [kept, lost] = [new HeldEvents(), new HeldEvents()];
    await Promise.all(
      [kept, lost].map((held, index) =>
        held.collect(async () => {
          await Promise.resolve();
          emit(index === 0 ? 'kept' : 'lost', told);
        }),
      ),
    );
    await kept.deliver();
    expect(told).toEqual(['kept']);
  });
});
