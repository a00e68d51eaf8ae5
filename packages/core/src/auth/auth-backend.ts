import type { PassportLike } from './passport-runner.js';
import { type TokenPassportOptions, TokenStrategy } from './strategies/token-strategy.js';
import { Transport } from './transports/transport.js';

/** Finds the user whom a credential's claims name. */
export type VerifyClaims = TokenPassportOptions['verify'];

/** Options of every {@link Backend}. @publicApi */
export interface BackendOptions {
  /**
   * Serve only users whose address is verified: a login with the right password is refused with
   * `LOGIN_USER_NOT_VERIFIED`, and guarded routes answer 403 to those whose address is not verified any
   * more. Default `false`.
   */
  requireVerified?: boolean;
}

/** One way to prove who one is. Each becomes one Passport strategy. @publicApi */
export abstract class Backend {
  /** Part of the login route, of tokens and cookies, and the strategy's name for `AuthGuard(name)`. */
  readonly name: string;

  /** Whether it serves only users whose address is verified. */
  readonly requireVerified: boolean;

  constructor(name: string, { requireVerified = false }: BackendOptions = {}) {
    this.requireVerified = requireVerified;
    if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(name)) {
      throw new TypeError(
        `"${name}" cannot be the name of a backend: it must be a letter, then at most 31 letters, ` +
          'digits, "-" or "_".',
      );
    }
    this.name = name;
  }

  /** The challenge for `WWW-Authenticate`. */
  abstract readonly challenge: string;

  /** Called once, when the module starts. */
  abstract createPassportStrategy(verify: VerifyClaims): PassportLike;
}

/** Options of {@link AuthBackend}. @publicApi */
export interface AuthBackendOptions extends BackendOptions {
  /** Unique in the module. */
  name: string;
  /** How the token travels. */
  transport: Transport;
  /** What the token is. */
  strategy: TokenStrategy;
}

/**
 * A backend with login and logout: name × transport × token strategy.
 *
 * @example
 * new AuthBackend({
 *   name: 'jwt',
 *   transport: new BearerTransport(),
 *   strategy: new JwtTokenStrategy({ secret: config.getOrThrow('AUTH_SECRET') }),
 * })
 * @publicApi
 */
export class AuthBackend extends Backend {
  readonly transport: Transport;
  readonly strategy: TokenStrategy;

  /** @throws TypeError if one of the three is missing or of another kind */
  constructor({ name, transport, strategy, ...options }: AuthBackendOptions) {
    super(name, options);
    assertPart(name, 'transport', transport instanceof Transport, 'new BearerTransport()');
    assertPart(
      name,
      'strategy',
      strategy instanceof TokenStrategy,
      'new JwtTokenStrategy({ secret })',
    );
    const hasRefreshTokens = strategy.refreshTokens !== undefined;
    this.transport = transport.forBackend(name, { hasRefreshTokens });
    this.strategy = strategy;
  }

  get challenge(): string {
    return this.transport.challenge;
  }

  createPassportStrategy(verify: VerifyClaims): PassportLike {
    return this.strategy.createPassportStrategy({
      backend: this.name,
      extract: (request) => this.transport.read(request),
      verify,
    });
  }
}

function assertPart(name: string, part: string, isThere: boolean, example: string): void {
  if (isThere) return;
  throw new TypeError(
    `The backend "${name}" needs a ${part}. Write for instance \`${part}: ${example}\`.`,
  );
}
