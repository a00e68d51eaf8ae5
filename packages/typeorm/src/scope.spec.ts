import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, vi } from 'vitest';
import { Scope } from './scope.js';

describe('Scope', () => {
  const tick = () =>
    new Promise((over) => {
      setImmediate(over);
    });

  it('is found by whatever runs inside, the innermost first, and by nothing else', async () => {
    const scope = new Scope<string>();
    const seen: unknown[] = [scope.current];
    await scope.run('outer', async () => {
      await tick();
      seen.push(scope.current);
      await scope.run('inner', async () => {
        await tick();
        seen.push(scope.current);
        await scope.leave(async () => {
          await tick();
          seen.push(scope.current);
        });
        seen.push(scope.current);
      });
      seen.push(scope.current);
    });
    seen.push(scope.current);
    expect(seen).toEqual([undefined, 'outer', 'inner', undefined, 'inner', 'outer', undefined]);
  });

  it('keeps apart what runs at the same time', async () => {
    const scope = new Scope<number>();
    const seen = await Promise.all(
      [1, 2, 3].map((value) =>
        scope.run(value, async () => {
          for (let turn = 0; turn < value; turn++) await tick();
          return scope.current;
        }),
      ),
    );
    expect(seen).toEqual([1, 2, 3]);
  });

  it('costs nothing while nobody is inside, also after a failure', async () => {
    const disable = vi.spyOn(AsyncLocalStorage.prototype, 'disable');
    const scope = new Scope<string>();
    await scope.run('outer', () => scope.run('inner', tick));
    expect(disable).toHaveBeenCalledTimes(1);
    await expect(scope.run('failing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(disable).toHaveBeenCalledTimes(2);
    // Nor does leaving what nobody has entered.
    const run = vi.spyOn(AsyncLocalStorage.prototype, 'run');
    expect(scope.leave(() => scope.current)).toBeUndefined();
    expect(run).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
