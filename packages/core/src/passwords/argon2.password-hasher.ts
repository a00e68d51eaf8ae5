import {
  argon2Decoy,
  type Argon2Cost,
  type Argon2Hash,
  greaterOf,
  isWithin,
  readArgon2Hash,
} from './argon2-hash.js';
import { argon2Library } from './argon2-library.js';
import { topUpOf } from './argon2-top-up.js';
import type { Argon2Task } from './argon2.worker.js';
import type { HashingPoolOptions } from './hashing-pool.js';
import { ThreadedPasswordHasher } from './threaded.password-hasher.js';
import { UnreadableHashes } from './unreadable-hashes.js';

/** Options of {@link Argon2PasswordHasher}. @publicApi */
export interface Argon2PasswordHasherOptions extends HashingPoolOptions {
  /** Memory of one hash, in KiB. Default 19456 (19 MiB). All hashes together: that times `workers`. */
  memoryKiB?: number;
  /** Passes over the memory. Default 2. */
  iterations?: number;
  /**
   * Lanes. Default 1. More are computed on further threads, beyond {@link HashingPoolOptions.workers}:
   * then the cores of the event loop and of other hashes are taken as well, and hashes with other lanes
   * can be told by their time.
   */
  parallelism?: number;
  /**
   * Permits less than OWASP demands. For tests only: such hashes are cheap to guess. Default `false`.
   */
  allowInsecureParameters?: boolean;
}

/** The least that OWASP's Password Storage Cheat Sheet demands: rows of equal strength. */
const OWASP_FLOOR = [
  { memoryKiB: 47_104, iterations: 1 },
  { memoryKiB: 19_456, iterations: 2 },
  { memoryKiB: 12_288, iterations: 3 },
  { memoryKiB: 9_216, iterations: 4 },
  { memoryKiB: 7_168, iterations: 5 },
];

/** What a stored hash may demand at most, or as much as is configured: 128 MiB, and work of some seconds. */
const READABLE: Argon2Cost = { memoryKiB: 131_072, iterations: 16, parallelism: 1 };

const WORKER = new URL('./argon2.worker.js', import.meta.url);

/**
 * Argon2id by `@node-rs/argon2`, an optional peer: `npm install @node-rs/argon2`. Its hashes are PHC
 * strings; those of other systems in this format are read too, whatever their variant is.
 *
 * The memory in use is at most `workers` × `memoryKiB`; that of one more hash for some seconds after
 * the first attempt at a cheaper kind of hash, while this machine's time for it is measured. A stored
 * hash may demand up to 128 MiB, or what is configured; one that demands more is a wrong password.
 *
 * @example
 * UsersModule.forRoot({ …, passwordHasher: new Argon2PasswordHasher() })
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html and RFC 9106
 * @publicApi
 */
export class Argon2PasswordHasher extends ThreadedPasswordHasher {
  readonly #cost: Argon2Cost;
  readonly #decoy: Argon2Hash;
  readonly #readable: Argon2Cost;
  readonly #unreadable = new UnreadableHashes('Argon2PasswordHasher');

  /** @throws TypeError for parameters below OWASP's, or where `@node-rs/argon2` is not installed */
  constructor(options: Argon2PasswordHasherOptions = {}) {
    super(options);
    const { memoryKiB = 19_456, iterations = 2, parallelism = 1 } = options;
    this.#cost = { memoryKiB, iterations, parallelism };
    checkCost(this.#cost, options.allowInsecureParameters ?? false);
    argon2Library('Argon2PasswordHasher');
    this.#decoy = argon2Decoy(this.#cost);
    this.#readable = greaterOf(this.#cost, READABLE);
  }

  hash(password: string): Promise<string> {
    return this.run(WORKER, { password, cost: this.#cost } satisfies Argon2Task);
  }

  verify(password: string, storedHash: string | null, typed = password): Promise<boolean> {
    const readable = storedHash === null ? undefined : this.#read(storedHash);
    if (storedHash !== null && !readable) this.#unreadable.tell(storedHash);
    const hash = readable ?? this.#decoy;
    const parameters = { hash, topUp: topUpOf(hash, this.#cost) };
    const task: Argon2Task = { normalized: password, typed, parameters };
    return this.runVerification(WORKER, task);
  }

  needsRehash(storedHash: string): boolean {
    const hash = readArgon2Hash(storedHash);
    return !(
      hash?.variant === 'argon2id' &&
      hash.version === 19 &&
      hash.memoryKiB === this.#cost.memoryKiB &&
      hash.iterations === this.#cost.iterations &&
      hash.parallelism === this.#cost.parallelism
    );
  }

  #read(storedHash: string): Argon2Hash | undefined {
    const hash = readArgon2Hash(storedHash);
    return hash && isWithin(hash, this.#readable) ? hash : undefined;
  }
}

function checkCost(cost: Argon2Cost, allowInsecure: boolean): void {
  const { memoryKiB, iterations, parallelism } = cost;
  const isPossible =
    isWhole(parallelism, 1, 16) &&
    isWhole(memoryKiB, 8 * parallelism, 4_194_304) &&
    isWhole(iterations, 1, 1000);
  const isEnough = OWASP_FLOOR.some(
    (row) => memoryKiB >= row.memoryKiB && iterations >= row.iterations,
  );
  if (isPossible && (isEnough || allowInsecure)) return;
  throw new TypeError(
    `Argon2PasswordHasher: memoryKiB: ${memoryKiB}, iterations: ${iterations}, parallelism: ` +
      `${parallelism} is ${isPossible ? 'less than OWASP demands' : 'impossible'}. The least is ` +
      'memoryKiB: 19456, iterations: 2; or 47104 and 1; 12288 and 3; 9216 and 4; 7168 and 5. Tests ' +
      'may go below with allowInsecureParameters: true.',
  );
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
