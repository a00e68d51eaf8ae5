import type { CallHandler } from '@nestjs/common';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import { guardWaitedMs } from '../auth/current-authentication.js';
import type { UserAdapter } from '../users/user.adapter.js';

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** One statement has a limit of its own: after a guard that was as quick, that is enough. */
const QUICK_MS = 100;

/** Lets the store keep a request waiting no longer than it may; what the guard waited for it counts. */
export function boundedRequest(
  adapter: UserAdapter | undefined,
  request: { readonly method: string },
  next: CallHandler,
): Observable<unknown> {
  const waitedMs = guardWaitedMs(request);
  const isQuick = READS.has(request.method) && waitedMs < QUICK_MS;
  if (!adapter?.bounded || isQuick) return next.handle();
  const work = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
  return defer(() => adapter.bounded!(work, { waitedMs }));
}
