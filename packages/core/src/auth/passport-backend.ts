import type { SecurityScheme } from '../openapi/security-scheme.js';
import { Backend, type BackendOptions } from './auth-backend.js';
import type { PassportLike } from './passport-runner.js';

/** Options of {@link PassportBackend}. @publicApi */
export interface PassportBackendOptions extends BackendOptions {
  /** Unique in the module. */
  name: string;
  /** Any `passport-*` strategy that answers at once (no redirects). Its verify callback gives the user. */
  strategy: PassportLike;
  /** The challenge for `WWW-Authenticate`. Default: the name. */
  challenge?: string;
  /** How the credential travels, for OpenAPI. Default: by HTTP's scheme of the {@link challenge}. */
  securityScheme?: SecurityScheme;
}

/**
 * Any Passport strategy as a backend: API keys, HTTP Basic, LDAP, client certificates. It has no
 * login route; the credential comes with each request.
 *
 * The verify callback answers the user as the adapter stores them; an inactive one counts as nobody.
 *
 * @example
 * new PassportBackend({
 *   name: 'api-key',
 *   strategy: new HeaderAPIKeyStrategy({ header: 'X-Api-Key' }, false, (key, done) => …),
 *   securityScheme: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
 * })
 * @publicApi
 */
export class PassportBackend extends Backend {
  readonly challenge: string;
  /** See {@link PassportBackendOptions.securityScheme}. */
  readonly securityScheme?: SecurityScheme;
  readonly #strategy: PassportLike;

  constructor(options: PassportBackendOptions) {
    const { name, strategy, challenge = name, securityScheme } = options;
    super(name, options);
    this.#strategy = strategy;
    this.challenge = challenge;
    if (securityScheme) this.securityScheme = securityScheme;
  }

  createPassportStrategy(): PassportLike {
    return this.#strategy;
  }
}
