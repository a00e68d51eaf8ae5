import { ServiceUnavailableError } from '../users/users.errors.js';
import type { StoredSessions } from './stored-sessions.js';
import type { StoredToken } from './token-store.js';

/** How often a rotation is tried while others write to the same session. */
const MAX_TRIES = 5;

/** What became of a refresh token that was shown. */
export type RotationResult =
  /** It is good: this is the session now, with the generation of its successor. */
  | { readonly kind: 'rotated'; readonly session: StoredToken }
  /** It was used before: the session has ended. `isFirst` for one of several that find that out. */
  | { readonly kind: 'reused'; readonly session: StoredToken; readonly isFirst: boolean }
  | { readonly kind: 'ended' };

/**
 * Replaces the refresh token of a session by its successor (RFC 9700, 4.14.2).
 *
 * A session knows the generation of its one good refresh token; the token says which it is, and is
 * signed, so that nothing of it need be stored. One conditional write takes the session from one
 * generation to the next. Whoever shows the same token at the same time, or again because the answer was
 * lost, receives the same successor for a while (the grace); there is no other rotation in that time, so
 * that a session never has two lines. A token that comes later was used by two.
 */
export class Rotation {
  constructor(
    private readonly sessions: StoredSessions,
    private readonly graceMs: number,
  ) {}

  /** @throws ServiceUnavailableError if the store cannot answer, or others write without end */
  async rotate(secret: string, backend: string, generation: number): Promise<RotationResult> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const session = await this.sessions.look(secret, backend);
      if (!session) return { kind: 'ended' };
      const now = Date.now();
      const { rotatedAt } = session;
      const isInGrace =
        this.graceMs > 0 && rotatedAt !== null && now - rotatedAt.getTime() <= this.graceMs;
      const age = session.generation - generation;
      if (isInGrace && (age === 0 || age === 1)) return { kind: 'rotated', session };
      if (age !== 0) {
        return { kind: 'reused', session, isFirst: await this.sessions.end(session) };
      }
      const rotated = await this.sessions.use(session, now, {
        generation: generation + 1,
        rotatedAt: new Date(now),
      });
      if (rotated) return { kind: 'rotated', session: rotated };
      // Somebody was faster: what do they have now?
    }
    throw new ServiceUnavailableError(1, 'A session was written to without end.');
  }
}
