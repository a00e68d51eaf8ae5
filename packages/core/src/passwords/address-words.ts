import { domainToUnicode } from 'node:url';
import { foldToWord } from './fold.js';
import { codePoints } from './normalize-password.js';

/** Shorter words are in too many passwords by accident. */
export const MIN_WORD_LENGTH = 4;

/** Mailboxes that every domain has (RFC 2142), and hosts whose names are everyday words. */
const EVERYDAY = new Set(
  (
    'abuse account accounts admin contact email example hello help home host hostmaster info ' +
    'inbox live mail mailbox marketing news noreply office outlook post postmaster proton ' +
    'sales security service shop support team test user webmaster work'
  ).split(' '),
);

/**
 * What of an e-mail address says something about its owner, folded: the whole, the local part,
 * without its tag and without its number, and the names of its domain, the top-level one apart.
 *
 * @example addressWords('anna.smith84+shop@mail.acme.example')
 * // ['annasmith84shopmailacmeexample', 'annasmith84shop', 'annasmith84', 'annasmith', 'acme']
 */
export function addressWords(email: string): string[] {
  const at = email.lastIndexOf('@');
  const localPart = email.slice(0, at);
  const untagged = localPart.replace(/\+.*$/, '');
  const unnumbered = untagged.replace(/\d+$/, '');
  const names = domainToUnicode(email.slice(at + 1))
    .split('.')
    .slice(0, -1);
  return [email, localPart, untagged, unnumbered, ...names].map(foldToWord).filter(isTelling);
}

function isTelling(word: string): boolean {
  return codePoints(word) >= MIN_WORD_LENGTH && !EVERYDAY.has(word);
}
