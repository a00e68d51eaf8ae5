import type { OriginalRequest } from '../events/users.events.js';
import { CsrfRejectedError } from '../exceptions/request.errors.js';
import { AuthBackend, type Backend } from './auth-backend.js';
import type { AuthenticateOptions } from './authenticator.js';
import type { Backends } from './backends.js';
import { registerInPassport } from './passport-registry.js';
import { type PassportLike, runPassportStrategy } from './passport-runner.js';
import type { FoundClaims } from './strategies/token-strategy.js';

/** What an {@link Authenticator} makes of what its strategies find. */
export interface StrategyRules<C extends object> {
  /** The caller whom good claims name; `false` if the claims do not hold any more. */
  callerOf(backend: Backend, claims: FoundClaims): Promise<C | false>;
  /** The caller as others may see them; `null` for one who may not pass. */
  admit(caller: C): C | null;
  /** @throws UsersError for a caller whom the backend does not serve */
  assertServed(backend: Backend, caller: C): void;
  /** Told of each credential that was looked at, where somebody wants to know. */
  watch?: ((backend: Backend, outcome: LookUpOutcome) => void) | undefined;
}

/** What became of a credential. */
export type LookUpOutcome = 'valid' | 'invalid' | 'csrf_rejected' | 'error';

/** The Passport strategies of a module's backends, one instance each. */
export class BackendStrategies<C extends object> {
  readonly #strategies: ReadonlyMap<Backend, PassportLike>;

  constructor(
    private readonly backends: Backends,
    private readonly rules: StrategyRules<C>,
  ) {
    this.#strategies = new Map(
      backends
        .all()
        .map((backend) => [
          backend,
          backend.createPassportStrategy((claims) => rules.callerOf(backend, claims)),
        ]),
    );
    for (const backend of this.#strategies.keys()) {
      registerInPassport(backend.name, (request) => this.#serve(backend, request));
    }
  }

  /**
   * The first backend whose credential in the request belongs to somebody decides.
   *
   * @returns `null` if no backend finds anybody
   * @throws CsrfRejectedError if nobody was found and a cookie was not accepted
   * @throws ServiceUnavailableError, or what a custom strategy throws, if nobody was found
   */
  async authenticate(
    request: OriginalRequest,
    options: AuthenticateOptions = {},
  ): Promise<{ caller: C; backend: Backend } | null> {
    const failures: unknown[] = [];
    for (const backend of this.backends.chosen(options)) {
      try {
        const caller = await this.#ask(backend, request);
        if (caller) return { caller, backend };
      } catch (error) {
        // Another backend may still know the caller; if none does, the trouble is the answer.
        failures.push(error);
      }
    }
    if (failures.length === 0) return null;
    throw failures.find((error) => !(error instanceof CsrfRejectedError)) ?? failures[0];
  }

  async #ask(backend: Backend, request: OriginalRequest): Promise<C | null> {
    try {
      const strategy = this.#strategies.get(backend);
      const caller = strategy && ((await runPassportStrategy(strategy, request)) as C | null);
      const admitted = caller ? this.rules.admit(caller) : null;
      if (admitted) this.rules.watch?.(backend, 'valid');
      else if (this.rules.watch && isCarrying(backend, request)) {
        this.rules.watch(backend, 'invalid');
      }
      return admitted;
    } catch (error) {
      this.rules.watch?.(backend, error instanceof CsrfRejectedError ? 'csrf_rejected' : 'error');
      throw error;
    }
  }

  /** For Passport's own guard, which looks at nothing but whether there is somebody. */
  async #serve(backend: Backend, request: OriginalRequest): Promise<C | null> {
    const caller = await this.#ask(backend, request);
    if (caller) this.rules.assertServed(backend, caller);
    return caller;
  }
}

/** Whether there was a credential at all. Only transports of this library tell. */
function isCarrying(backend: Backend, request: OriginalRequest): boolean {
  return backend instanceof AuthBackend && backend.transport.read(request) !== null;
}
