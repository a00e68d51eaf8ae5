import { MIMEType } from 'node:util';
import { UnsupportedMediaTypeError } from '../exceptions/request.errors.js';

export const JSON_TYPE = 'application/json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Judges the parsed media type, never a part of the text: a browser sends some types across sites
 * without asking, and parsers have been found to disagree with look-alike checks.
 *
 * @throws UnsupportedMediaTypeError
 */
export function assertMediaType(header: unknown, accepted: readonly string[]): void {
  const type = parse(header);
  const charset = type?.params.get('charset')?.toLowerCase() ?? 'utf-8';
  if (!type || !accepted.includes(type.essence) || charset !== 'utf-8') {
    throw new UnsupportedMediaTypeError(accepted);
  }
}

function parse(header: unknown): MIMEType | undefined {
  if (typeof header !== 'string') return undefined;
  try {
    return new MIMEType(header);
  } catch {
    // Malformed: no type at all.
    return undefined;
  }
}
