import { ServiceUnavailableError } from '@nestjs-users/core';

/** Errors of clients that have no code and no name of their own. Their texts have no values in them. */
const MESSAGES =
  /^(Connection is closed\.|Command timed out|Stream isn't writeable and enableOfflineQueue options is false)$/;

/** What Redis says to a command for one type of value where it finds another. */
export function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE ');
}

/** What to throw for a client's error. The original stays here: it carries the command's arguments. */
export function unavailable(error: unknown): ServiceUnavailableError {
  return new ServiceUnavailableError(1, `Redis failed: ${nameOf(error)}.`);
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const { message, name } = error;
  // Redis begins its own with a code: READONLY, OOM, LOADING.
  const code = /^[A-Z]{2,20}(?= )/.exec(message)?.[0] ?? Reflect.get(error, 'code');
  if (typeof code === 'string' && /^\w+$/.test(code)) return code;
  if (MESSAGES.test(message)) return message.replace(/\.$/, '');
  return name === 'Error' ? error.constructor.name : name;
}
