import type { DynamicModule } from '@nestjs/common';
import { AuthBackend } from '../auth/auth-backend.js';
import { Backends } from '../auth/backends.js';
import { Transport } from '../auth/transports/transport.js';
import { type JwtPublicKey, tokenKeys } from '../tokens/jwt-keys.js';
import { lifetime, waitingTime } from '../tokens/seconds.js';
import { PublishedKeys } from './published-keys.js';
import { ConfiguredKeys, type VerificationKeys } from './verification-keys.js';
import { VerifyingTokenStrategy } from './verifying.token-strategy.js';

/** Values of `UsersVerifierModule`: what the factory of `forRootAsync` gives. @publicApi */
export interface UsersVerifierModuleOptions {
  /**
   * Which backends' tokens count, by the names that they have in the service with the users, and how
   * each travels: `{ jwt: new BearerTransport() }`.
   */
  backends: Readonly<Record<string, Transport>>;

  /**
   * Where the service with the users publishes its keys: `https://…/users/.well-known/jwks.json`. Either
   * this or {@link publicKeys}.
   */
  jwksUri?: string;

  /** Its public keys, where they are not to be fetched. */
  publicKeys?: readonly JwtPublicKey[];

  /** Demand that tokens name this issuer: the `issuer` of the `JwtTokenStrategy`. Default: any. */
  issuer?: string;

  /**
   * Let keys come over plain HTTP from another host: whoever stands between can then be anybody. For
   * networks that encrypt underneath. Default `false`; this host itself is always fine.
   */
  allowInsecureJwksUri?: boolean;

  /** After so many seconds the keys are read again, in the background. Default 300. */
  jwksMaxAgeSeconds?: number;

  /**
   * So many seconds the last known keys count while the service with the users does not answer. Default
   * 86400. A key that was withdrawn meanwhile counts as long.
   */
  jwksMaxStaleSeconds?: number;

  /** So many seconds the service may take to answer. Default 5. */
  jwksTimeoutSeconds?: number;

  /**
   * Metrics by `@opentelemetry/api`, where the application has that package; without an SDK it does
   * nothing. They say how many, never who. Default `true`.
   */
  telemetry?: boolean;
}

/** Shape of `UsersVerifierModule`: stands beside the factory. @publicApi */
export interface UsersVerifierModuleExtras {
  /** Whether other modules can use the guard without importing this one. Default `false`. */
  isGlobal?: boolean;
  /** How long the factory may take, in seconds. Default 30. */
  bootTimeoutSeconds?: number;
}

/** Puts into the module what its extras say. */
export function shapeVerifier(
  definition: DynamicModule,
  { isGlobal = false }: UsersVerifierModuleExtras,
): DynamicModule {
  return { ...definition, global: isGlobal };
}

/** The values after checking. */
export interface ResolvedVerifierOptions {
  readonly backends: Backends;
  readonly telemetry: boolean;
}

/** Checks the values. @throws TypeError with the remedy: the application does not boot */
export function resolveVerifierOptions(
  options: UsersVerifierModuleOptions,
): ResolvedVerifierOptions {
  return { backends: verifierBackends(options), telemetry: options.telemetry ?? true };
}

function verifierBackends(options: UsersVerifierModuleOptions): Backends {
  const { backends, issuer } = options;
  const transports = Object.entries(backends ?? {});
  if (transports.length === 0) {
    throw new TypeError(
      'UsersVerifierModule needs the backends whose tokens count. Write for instance ' +
        '`backends: { jwt: new BearerTransport() }`.',
    );
  }
  const strategy = new VerifyingTokenStrategy(verificationKeys(options), issuer);
  return new Backends(
    transports.map(([name, transport]) => new AuthBackend({ name, transport, strategy })),
  );
}

function verificationKeys(options: UsersVerifierModuleOptions): VerificationKeys {
  const { jwksUri, publicKeys } = options;
  if ((jwksUri === undefined) === (publicKeys === undefined)) {
    throw new TypeError(
      'UsersVerifierModule needs either jwksUri or publicKeys: where the service with the users ' +
        'publishes its keys, or the keys themselves.',
    );
  }
  if (publicKeys) {
    const keys = tokenKeys('UsersVerifierModule: publicKeys', publicKeys);
    const other = keys.find(({ signing }) => signing !== undefined);
    if (!other) return new ConfiguredKeys(keys);
    throw new TypeError(
      `UsersVerifierModule: publicKeys: "${other.id}" can sign tokens. This service only checks them: ` +
        'write the public half, as `publicKey`.',
    );
  }
  const maxAgeSeconds = lifetime('jwksMaxAgeSeconds', options.jwksMaxAgeSeconds ?? 300);
  const maxStaleSeconds = lifetime('jwksMaxStaleSeconds', options.jwksMaxStaleSeconds ?? 86_400);
  return new PublishedKeys(safeUri(jwksUri ?? '', options.allowInsecureJwksUri ?? false), {
    maxAgeMs: maxAgeSeconds * 1000,
    maxStaleMs: Math.max(maxAgeSeconds, maxStaleSeconds) * 1000,
    timeoutMs: waitingTime('jwksTimeoutSeconds', options.jwksTimeoutSeconds ?? 5) * 1000,
  });
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Whoever can give this service keys can be anybody in it (RFC 8725, 3.10). */
function safeUri(text: string, allowInsecure: boolean): URL {
  const uri = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = uri?.protocol === 'http:';
  if (!uri || !(isHttp || uri.protocol === 'https:') || uri.username || uri.password) {
    throw new TypeError(
      'UsersVerifierModule: jwksUri must be a URL that begins with https://, without user or ' +
        'password in it. Is the environment variable set?',
    );
  }
  if (isHttp && !allowInsecure && !LOOPBACK.includes(uri.hostname)) {
    throw new TypeError(
      'UsersVerifierModule: jwksUri must begin with https://, or whoever stands between could give this ' +
        'service keys of their own. In a network that encrypts underneath, write ' +
        '`allowInsecureJwksUri: true`.',
    );
  }
  return uri;
}
