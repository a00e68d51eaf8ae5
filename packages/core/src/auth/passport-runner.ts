import type { OriginalRequest } from '../events/users.events.js';

/** A Passport strategy: what `passport-*` packages export. @publicApi */
export interface PassportLike {
  authenticate(request: never, options?: never): unknown;
}

/** How a strategy can end. */
type Actions = {
  success(user: unknown): void;
  fail(): void;
  pass(): void;
  error(error: unknown): void;
  redirect(): void;
};

/**
 * Runs one strategy for one request, as Passport does it: on an object made from the strategy that
 * has the actions. Unlike Passport's `authenticate` it looks nothing up in the process-wide registry,
 * in which the strategies of another module may stand under the same name.
 *
 * @returns the user, or `null` when the strategy finds nobody
 * @throws what the strategy throws or gives to `error`
 */
export function runPassportStrategy(
  strategy: PassportLike,
  request: OriginalRequest,
): Promise<object | null> {
  return new Promise((resolve, reject) => {
    const actions: Actions = {
      success: (user) => resolve(typeof user === 'object' ? user : null),
      fail: () => resolve(null),
      pass: () => resolve(null),
      error: (error) => reject(toError(error)),
      redirect: () =>
        reject(new TypeError('A strategy that redirects cannot be a backend of a guard.')),
    };
    const run = Object.assign(Object.create(strategy) as PassportLike, actions);
    // Some strategies are asynchronous: what they reject with would end the process.
    Promise.resolve(run.authenticate(request as never, {} as never)).catch(actions.error);
  });
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
