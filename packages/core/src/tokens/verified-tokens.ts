import { hash } from 'node:crypto';

type Payload = Readonly<Record<string, unknown>>;

/** So many tokens are remembered, some 600 bytes each. */
const MAX_TOKENS = 4096;

/**
 * Payloads of tokens whose signature was good, by the digest of the token: a client shows the same one
 * many times, and the outcome of checking its signature cannot change. Their time is judged at each use;
 * so is, by whoever asks, all that can end a token before its time: session, user and stamp.
 *
 * For tokens of one kind that the same keys check with the same demands. The token itself is not kept.
 */
export class VerifiedTokens {
  readonly #payloads = new Map<string, Payload>();

  constructor(private readonly max = MAX_TOKENS) {}

  /** What a token says; `undefined` for one that has to be checked. */
  find(token: string): Payload | undefined {
    if (this.#payloads.size === 0) return undefined;
    const digest = digestOf(token);
    const payload = this.#payloads.get(digest);
    if (payload && !isInTime(payload)) {
      this.#payloads.delete(digest);
      return undefined;
    }
    return payload;
  }

  /** Remembers a token whose signature and demands were checked just now. */
  add(token: string, payload: Payload): void {
    if (payload['nbf'] !== undefined || !isInTime(payload)) return;
    const [first] = this.#payloads.keys();
    if (first !== undefined && this.#payloads.size >= this.max) this.#payloads.delete(first);
    this.#payloads.set(digestOf(token), payload);
  }
}

/** As jsonwebtoken judges it: by whole seconds, without leeway. */
function isInTime({ exp }: Payload): boolean {
  return typeof exp === 'number' && Math.floor(Date.now() / 1000) < exp;
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
