/** The option of commands that set a password. */
export const PASSWORD_STDIN = [
  '--password-stdin',
  'read the password from standard input, instead of asking',
] as const;
