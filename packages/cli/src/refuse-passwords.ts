import { UsageError } from './cli.errors.js';

/** `--password x`, `--password=x`, `--pass x`, `--pwd=x`, `-p x`, and `-px`, as MySQL's commands take it. */
const PASSWORD_ARGUMENT = /^(-p|--(password|passwd|passphrase|pass|pwd)(=|$))/i;

/** @throws UsageError somebody tries to give a password as an argument */
export function refusePasswords(args: readonly string[]): void {
  if (!args.some((arg) => PASSWORD_ARGUMENT.test(arg))) return;
  throw new UsageError(
    'A password is not taken from the arguments: the shell keeps them in its history, and others on the ' +
      'machine see them in the list of processes. Leave it out to be asked, or pipe it in with ' +
      '--password-stdin. If the one you typed is in use, change it.',
  );
}
