import {
  type IssuedToken,
  type TokenBinding,
  TokenStrategy,
} from '../auth/strategies/token-strategy.js';
import { accessAudience } from '../tokens/access-audience.js';
import { plainHeader } from '../tokens/plain-token.js';
import { readClaims, type TokenClaims } from '../tokens/signed-token.js';
import type { VerificationKeys } from './verification-keys.js';

/** What a good token says, with its times. */
export interface VerifiedClaims extends TokenClaims {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Checks the JWTs of another service by its public keys, and makes none. */
export class VerifyingTokenStrategy extends TokenStrategy {
  constructor(
    private readonly keys: VerificationKeys,
    private readonly issuer: string | undefined,
  ) {
    super();
  }

  async read(token: string, { backend }: TokenBinding): Promise<VerifiedClaims | null> {
    const header = plainHeader(token);
    // No key of ours has none: nothing that is worth asking for keys.
    if (header?.keyId === undefined || header.algorithm === 'HS256') return null;
    const ring = await this.keys.ringFor(header.keyId);
    const demands = { audience: accessAudience(backend), issuer: this.issuer };
    const payload = ring.verify(token, demands);
    const claims = readClaims(payload);
    if (!claims) return null;
    return {
      ...claims,
      issuedAt: new Date((payload?.['iat'] as number) * 1000),
      expiresAt: new Date((payload?.['exp'] as number) * 1000),
    };
  }

  write(): Promise<IssuedToken> {
    throw new TypeError(
      'UsersVerifierModule only checks tokens. Log in at the service with the users.',
    );
  }

  async destroy(): Promise<boolean> {
    return false;
  }
}
