/** Control, format and unassigned characters, half surrogate pairs, line and paragraph separators. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * One line of text in which nothing moves the cursor, changes colours, begins another line or
 * reverses the reading direction: names and addresses are what strangers have chosen (OWASP ASVS 5.0,
 * 16.4.1).
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** The same for text that may have several lines: those after the first are indented, so that none passes for ours. */
export function printableLines(text: string): string {
  return text.split(/\r?\n/).map(printable).join('\n  ');
}

/** The same for JSON, which stays the same value. */
export function printableJson(value: unknown): string {
  return printable(JSON.stringify(value));
}

/** As JSON and JavaScript write it. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
