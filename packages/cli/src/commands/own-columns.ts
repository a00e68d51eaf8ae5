import { PRIVILEGE_FIELDS, SYSTEM_FIELDS } from '@nestjs-users/core';
import { UsageError } from '../cli.errors.js';

const NOT_HERE = new Set<string>([...SYSTEM_FIELDS, ...PRIVILEGE_FIELDS, 'email', 'password']);

/** Reads `--data`: the application's own columns, as a JSON object. */
export function readOwnColumns(text: string): Record<string, unknown> {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError('--data takes a JSON object, such as \'{"firstName":"Ada"}\'.');
  }
  const refused = Object.keys(value).filter((key) => NOT_HERE.has(key));
  if (refused.length > 0) {
    throw new UsageError(
      `${refused.join(', ')} cannot be set here: --data is for the columns of your own.`,
    );
  }
  return value as Record<string, unknown>;
}

/** The parser's own message, and the command library's, would repeat the text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('--data is not JSON.');
  }
}
