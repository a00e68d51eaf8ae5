import { isEmail } from 'class-validator';
import { domainToASCII } from 'node:url';

/** RFC 5321, 4.5.3.1.3: a path has 256 octets with its angle brackets. */
const MAX_EMAIL_OCTETS = 254;
/** RFC 5321, 4.5.3.1.1. */
const MAX_LOCAL_PART_OCTETS = 64;
/** What a column for the canonical form has to hold. */
const MAX_CANONICAL_LENGTH = 320;

/** Control, format, bidi, invisible, surrogate and unassigned characters, white space, and what only quoted local parts may hold. */
const FORBIDDEN = /[\p{C}\p{Z}\p{DI}"(),:;<>[\\\]]/u;

/**
 * The one form of an e-mail address that all its spellings share, or `undefined` if the text is not
 * exactly one plain address.
 *
 * - Refused: whatever Unicode's NFKC would change (a second spelling of one address), control and
 *   invisible characters, quoted local parts, comments, display names, address literals, more than
 *   254 octets.
 * - Folded: the ASCII letters of the local part, and the domain to its lower-case A-label.
 *   Unicode's case functions are not used: they make strangers equal (U+212A lower-cases to `k`).
 * - Kept apart: `a+b@` and `a@`, dots, and every other trick of a single provider.
 *
 * The result is pure lower-case ASCII (other letters of a local part appear percent-encoded), so
 * that no collation of any database can find two different addresses equal. It has at most 320
 * characters.
 *
 * @example canonicalEmail('Anna@Bücher.example') // 'anna@xn--bcher-kva.example'
 * @publicApi
 */
export function canonicalEmail(email: unknown): string | undefined {
  if (typeof email !== 'string' || email.length > MAX_EMAIL_OCTETS) return undefined;
  if (Buffer.byteLength(email) > MAX_EMAIL_OCTETS) return undefined;
  if (FORBIDDEN.test(email) || email.normalize('NFKC') !== email) return undefined;

  const at = email.lastIndexOf('@');
  const localPart = email.slice(0, at);
  if (at < 1 || localPart.includes('@')) return undefined;
  if (Buffer.byteLength(localPart) > MAX_LOCAL_PART_OCTETS) return undefined;

  const domain = asciiDomain(email.slice(at + 1));
  if (!isEmail(`${localPart}@${domain}`)) return undefined;

  const canonical = `${canonicalPart(localPart)}@${domain}`;
  return canonical.length > MAX_CANONICAL_LENGTH ? undefined : canonical;
}

/** Whether both texts are one address, in whatever spelling. @publicApi */
export function isSameEmail(a: string, b: string): boolean {
  const canonical = canonicalEmail(a);
  return canonical !== undefined && canonical === canonicalEmail(b);
}

/** `domainToASCII` reads its text as a URL does: what would end or decode there must not come in. */
function asciiDomain(domain: string): string {
  return /^[\p{L}\p{M}\p{N}.-]+$/u.test(domain) ? domainToASCII(domain) : '';
}

/** A part of an address as it stands in a canonical one: folds ASCII letters and writes every octet that is not ASCII, and `%` itself, as `%xx`. */
export function canonicalPart(text: string): string {
  return text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/[^\x21-\x7e]|%/gu, (char) =>
      [...Buffer.from(char)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join(''),
    );
}
