import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { canonicalEmail } from '../users/email.js';
import { TooManyAttemptsError } from '../users/users.errors.js';
import { addressBlock } from './address-block.js';
import { ATTEMPT_LIMITS, type AttemptLimitValues } from './attempt-limits.options.js';
import { LimitRefusals, type LimitRefusal } from './limit-refusals.js';
import type { RateLimit } from './rate-limit-store.js';
import { SteadyLimits } from './steady-limits.js';

/** What is tried: each kind has a budget of its own. */
export type AttemptKind = 'password' | 'registration' | 'mail' | 'token';

/** What is counted where it has failed, and there alone. */
export type FailureKind = 'refresh';

/** The part of a request that tells clients apart. */
export interface Sender {
  /** As the platform has it: what a client says of itself counts by its "trust proxy" alone. */
  readonly ip?: string | undefined;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whose failures are counted together. */
export interface FailureBudget {
  readonly backend: string;
  /** The session that a good signature names. `undefined`: the client's address is counted. */
  readonly session: string | undefined;
}

/** Something that is being tried, and counts only where it fails. */
export interface FallibleAttempt {
  /** Counts it. @throws TooManyAttemptsError if that is one too many */
  failed(): Promise<void>;
}

/** A password that is being tried. */
export interface PasswordAttempt {
  /** It was right: what was counted against the account is forgotten. */
  succeeded(): Promise<void>;
}

/** After so long without a login an address is a stranger's again. */
const KNOWN: RateLimit = { max: 1, perSeconds: 30 * 24 * 3600 };

/** Whoever is known at an address has room there for so many times as much as strangers, all together: */
const ROOM_OF_KNOWN = 10;
/** but for no more than any store holds. */
const MOST = 5000;

const UNCOUNTED: PasswordAttempt & FallibleAttempt = {
  succeeded: async () => {},
  failed: async () => {},
};

/**
 * Bounds guessing, before any hash is worked off and before any row is read: an answer that comes too
 * early or too late tells nothing of whether there is such an account (OWASP ASVS 5.0, 6.3.1).
 */
@Injectable()
export class AttemptLimits {
  readonly #logger = new Logger('AttemptLimits');
  #hasWarned = false;

  constructor(
    @Inject(ATTEMPT_LIMITS) private readonly limits: AttemptLimitValues,
    @Inject(SteadyLimits) private readonly counts: SteadyLimits,
    @Inject(LimitRefusals) private readonly refusals: LimitRefusals,
  ) {}

  /** Counts one more of a kind from the client of a request. @throws TooManyAttemptsError */
  async fromClient(kind: AttemptKind, request: Sender | undefined): Promise<void> {
    if (!request || !this.limits.value) return;
    this.#warnOfProxy(request);
    await this.#countClient(kind, `try:${kind}:from`, this.limits.value.perAddress, request);
  }

  /**
   * Begins something of a kind, unless too much of it has failed. What succeeds is never counted: however
   * many share an address, it is theirs. To be called before anything is read.
   *
   * @throws TooManyAttemptsError
   */
  async afterFailures(
    kind: FailureKind,
    { backend, session }: FailureBudget,
    request: Sender,
  ): Promise<FallibleAttempt> {
    const { value } = this.limits;
    if (!value) return UNCOUNTED;
    const by = session === undefined ? 'client' : 'session';
    if (by === 'client') this.#warnOfProxy(request);
    const whose = this.#digest(backend, by, session ?? addressBlock(request.ip));
    // A count cannot be asked without counting: that it is full is remembered beside it.
    const [failures, barred] = [`failed:${kind}:${whose}`, `barred:${kind}:${whose}`];
    if (await this.counts.has(barred)) {
      // Nothing is counted: as long as they are barred, there is no room.
      const seconds = await this.counts.take(failures, value.perAddress);
      if (seconds > 0) this.#refuse(seconds, { limit: kind, by, request });
    }
    return {
      failed: async () => {
        const perSeconds = await this.counts.take(failures, value.perAddress);
        if (perSeconds === 0) return;
        await this.counts.take(barred, { max: 1, perSeconds });
        this.#refuse(perSeconds, { limit: kind, by, request });
      },
    };
  }

  /**
   * Counts one more password for an account, named by its address in whatever spelling. To be called
   * before the password is looked at.
   *
   * @throws TooManyAttemptsError
   */
  async password(email: string, request: Sender | undefined): Promise<PasswordAttempt> {
    const { value } = this.limits;
    if (!value) return UNCOUNTED;
    const account = this.#account(email);
    const known = request && this.#known(account, request);
    const isKnown = known !== undefined && (await this.counts.has(known));
    if (isKnown && request) await this.#countKnown(value.perAddress, request);
    else await this.fromClient('password', request);

    const strangers = `try:password:for:${account}`;
    const own = isKnown ? `${strangers}:${addressBlock(request?.ip)}` : strangers;
    const seconds = await this.counts.take(own, value.perAccount);
    if (seconds > 0) this.#refuse(seconds, { limit: 'password', by: 'account', email, request });
    return {
      succeeded: async () => {
        await this.counts.reset(strangers);
        if (isKnown) await this.counts.reset(own);
        if (known) await this.counts.renew(known, KNOWN);
      },
    };
  }

  /**
   * The owner has proved by a mail who they are: nothing is counted against the account any more, and
   * where they did so they are known, whatever strangers try meanwhile.
   */
  async forgive(email: string, request: Sender | undefined): Promise<void> {
    if (!this.limits.value) return;
    const account = this.#account(email);
    await this.counts.reset(`try:password:for:${account}`);
    if (request) await this.counts.renew(this.#known(account, request), KNOWN);
  }

  /** Owners succeed, which forgets what was counted for them: this bounds their work, and is not forgotten. */
  #countKnown({ max, perSeconds }: RateLimit, request: Sender): Promise<void> {
    const room = Math.max(max, Math.min(ROOM_OF_KNOWN * max, MOST));
    return this.#countClient('password', 'try:known:from', { max: room, perSeconds }, request);
  }

  async #countClient(
    kind: AttemptKind,
    name: string,
    limit: RateLimit,
    request: Sender,
  ): Promise<void> {
    const seconds = await this.counts.take(`${name}:${addressBlock(request.ip)}`, limit);
    if (seconds > 0) this.#refuse(seconds, { limit: kind, by: 'client', request });
  }

  #known(account: string, { ip }: Sender): string {
    return `known:${account}:${addressBlock(ip)}`;
  }

  #refuse(seconds: number, refusal: LimitRefusal): never {
    this.refusals.tell(refusal);
    throw new TooManyAttemptsError(seconds);
  }

  /** All clients behind a proxy that nobody has told of would be counted as one, and lock each other out. */
  #warnOfProxy({ ip = '', headers = {} }: Sender): void {
    const forwarded = headers['x-forwarded-for'];
    if (this.#hasWarned || forwarded === undefined || String(forwarded).includes(ip)) return;
    this.#hasWarned = true;
    this.#logger.warn(
      'A request says that it came through a proxy (X-Forwarded-For) which the platform does not trust: ' +
        'whoever comes through it counts as one client. If the proxy is yours, say so: ' +
        "app.set('trust proxy', …) on Express, new FastifyAdapter({ trustProxy: … }) on Fastify.",
    );
  }

  /** One name for all spellings of an address. */
  #account(email: string): string {
    return this.#digest(canonicalEmail(email) ?? email.trim().toLowerCase());
  }

  /** A name of this module alone, of a length that any store takes; no store learns what is in it. */
  #digest(...parts: string[]): string {
    const text = [this.limits.module, ...parts].join('\n');
    return createHash('sha256').update(text).digest('base64url').slice(0, 22);
  }
}
