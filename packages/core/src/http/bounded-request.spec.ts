import { EMPTY, lastValueFrom, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { rememberFinding } from '../auth/current-authentication.js';
import type { BoundedWork, UserAdapter } from '../users/user.adapter.js';
import { boundedRequest } from './bounded-request.js';

describe('boundedRequest', () => {
  const seen: (BoundedWork | undefined)[] = [];
  const adapter = {
    bounded: (work: () => Promise<unknown>, options?: BoundedWork) => {
      seen.push(options);
      return work();
    },
  } as UserAdapter;
  /** A request whose guard has taken so long. */
  const request = (method: string, waitedMs = 0) => {
    const made = { method };
    rememberFinding(made, { waitedMs } as Parameters<typeof rememberFinding>[1]);
    return made;
  };
  const send = async (made: { method: string }, answer = of('answer'), by?: UserAdapter) => {
    seen.length = 0;
    return lastValueFrom(boundedRequest(by ?? adapter, made, { handle: () => answer }), {
      defaultValue: 'empty',
    });
  };

  it('R-04: whatever writes is bounded, the time of the guard included', async () => {
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      expect(await send(request(method, 7))).toBe('answer');
      expect(seen).toEqual([{ waitedMs: 7 }]);
    }
    // Nobody has to be logged in to register.
    await send({ method: 'POST' });
    expect(seen).toEqual([{ waitedMs: 0 }]);
  });

  it('R-04: what reads is, after a guard that had to wait', async () => {
    expect(await send(request('GET', 1500))).toBe('answer');
    expect(seen).toEqual([{ waitedMs: 1500 }]);
    await send(request('GET', 3));
    expect(seen).toEqual([]);
  });

  it('hands on what comes out, be it nothing or an error', async () => {
    expect(await send(request('POST'), EMPTY)).toBeUndefined();
    const refusal = new Error('no');
    await expect(
      send(
        request('POST'),
        throwError(() => refusal),
      ),
    ).rejects.toBe(refusal);
  });

  it('leaves stores alone that have no such bound', async () => {
    expect(await send(request('POST'), of('answer'), {} as UserAdapter)).toBe('answer');
    expect(seen).toEqual([]);
  });
});
