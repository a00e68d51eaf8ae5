/** How the command ends, for scripts. @publicApi */
export const EXIT_CODES = {
  /** Done, or nothing was left to do. */
  ok: 0,
  /** The application does not start, its database does not answer, a hook has failed. */
  failed: 1,
  /** The command was called wrongly. Nothing has been changed. */
  usage: 2,
  /** Understood and refused: by the password policy, a listener, or the state of the user. */
  refused: 3,
  /** Ctrl+C or Ctrl+D at the prompt. */
  cancelled: 130,
} as const;

/** One of {@link EXIT_CODES}. @publicApi */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
