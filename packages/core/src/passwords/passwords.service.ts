import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { UsersTelemetry } from '../telemetry/users-telemetry.js';
import { InvalidPasswordError, type InvalidPasswordCode } from '../users/users.errors.js';
import {
  MAX_PASSWORD_BYTES,
  MAX_PASSWORD_CODE_POINTS,
  normalizePassword,
} from './normalize-password.js';
import { PasswordHasher } from './password-hasher.js';
import { type PasswordContext, PasswordPolicy } from './password-policy.js';
import { ThreadedPasswordHasher } from './threaded.password-hasher.js';

/** The one way by which passwords are set and checked. */
@Injectable()
export class PasswordsService implements OnApplicationBootstrap {
  constructor(
    @Inject(PasswordHasher) private readonly hasher: PasswordHasher,
    @Inject(PasswordPolicy) private readonly policy: PasswordPolicy,
    @Inject(UsersTelemetry) private readonly telemetry: UsersTelemetry,
  ) {}

  onApplicationBootstrap(): void {
    const { hasher } = this;
    if (!(hasher instanceof ThreadedPasswordHasher)) return;
    this.telemetry.observe('nestjs_users.hash.queue.length', () => hasher.queue.waiting);
  }

  /**
   * Judges a new password and hashes it.
   *
   * @param code - which operation refuses it
   * @throws InvalidPasswordError, before any hashing
   */
  async hashNew(
    password: string,
    context: PasswordContext,
    code: InvalidPasswordCode,
  ): Promise<string> {
    const normalized = normalizePassword(password);
    if (normalized === undefined) throw new InvalidPasswordError(UNHASHABLE, code);
    try {
      await this.policy.validate(normalized, context);
    } catch (error) {
      if (error instanceof InvalidPasswordError) throw new InvalidPasswordError(error.reason, code);
      throw error;
    }
    return this.#timed('hash', () => this.hasher.hash(normalized));
  }

  /**
   * Whether the password belongs to the hash: exactly one hasher call, whatever the hash is. A
   * password that could never have been set is wrong without one, for everybody alike.
   */
  async verify(password: string, storedHash: string | null | undefined): Promise<boolean> {
    const normalized = normalizePassword(password);
    if (normalized === undefined) return false;
    return this.#timed('verify', () =>
      this.hasher.verify(normalized, storedHash ?? null, password),
    );
  }

  /** A hash with today's parameters for a password that was just found right, if it needs one. */
  async renew(password: string, storedHash: string): Promise<string | undefined> {
    const normalized = normalizePassword(password);
    if (normalized === undefined || !this.hasher.needsRehash(storedHash)) return undefined;
    return this.#timed('hash', () => this.hasher.hash(normalized));
  }

  #timed<T>(operation: 'hash' | 'verify', work: () => Promise<T>): Promise<T> {
    const watched = { span: 'nestjs_users.hash', attributes: { operation } };
    return this.telemetry.timed('nestjs_users.hash.duration', watched, work);
  }
}

const UNHASHABLE =
  `The password must be well-formed Unicode text of at most ${MAX_PASSWORD_CODE_POINTS} characters ` +
  `(${MAX_PASSWORD_BYTES} bytes).`;
