/** The two forms of a password, either of which a hash may have been made of. @publicApi */
export interface PasswordForms {
  /** As it was typed. Most other systems hash this. */
  readonly typed: string;
  /** In Unicode NFKC. The hashes of this library are made of it. */
  readonly normalized: string;
}

/**
 * What a thread is asked: whether a password belongs to a hash, of which `parameters` says all that
 * the thread needs. A plain object: it is copied on its way.
 *
 * @publicApi
 */
export interface VerificationTask<Parameters> extends PasswordForms {
  readonly parameters: Parameters;
}
