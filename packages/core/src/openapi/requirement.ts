import type { AuthenticatedOptions } from '../auth/auth.metadata.js';

/** What a decorator says about the credentials of a route. */
export type CredentialNote =
  /** `@Authenticated()` guards it. */
  | { readonly kind: 'guarded'; readonly demands: AuthenticatedOptions }
  /** `@AllowAnonymous()` opens it. */
  | { readonly kind: 'anonymous' }
  /** It makes, replaces or ends a credential of the backend that its path names. */
  | { readonly kind: 'login' | 'refresh' | 'logout' };

/** A note, and the class that it was written on. */
export type Note = CredentialNote & { readonly controller: Function };

/**
 * The scheme that guarded routes ask for as long as nobody has told the document which backends
 * there are: see `describeUsers`.
 */
export const PLACEHOLDER = 'users';

const NOTE = Symbol('note of @nestjs-users/core');

/**
 * A security requirement of a document. The note is invisible in JSON: it tells `describeUsers`,
 * which knows the backends, what to put in its place.
 */
export interface Requirement {
  readonly [NOTE]?: Note;
  readonly [scheme: string]: string[];
}

/** A requirement with a note. `{}` means that no credential is needed. */
export function requirement(note: CredentialNote, controller: Function): Requirement {
  const needsCredential = note.kind === 'guarded' || note.kind === 'logout';
  return {
    ...(needsCredential && { [PLACEHOLDER]: [] }),
    [NOTE]: { ...note, controller },
  };
}

/** The note on a requirement, if it is one of the library's. */
export function noteOf(of: Requirement): Note | undefined {
  return of[NOTE];
}
