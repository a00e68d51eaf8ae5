import type { KeyObject } from 'node:crypto';

/** How reset tokens are made. */
export interface ResetTokenOptions {
  readonly key: KeyObject;
  readonly lifetimeSeconds: number;
}

/** Token of {@link ResetTokenOptions}. */
export const RESET_TOKEN_OPTIONS = Symbol('RESET_TOKEN_OPTIONS');
