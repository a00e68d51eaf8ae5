import { PLACEHOLDER } from './placeholders.js';

/** A text with a slip of the pen in one of its words: one text for each word. */
export function slipsIn(text: string): string[] {
  const placeholders = [...text.matchAll(PLACEHOLDER)];
  const inPlaceholder = (at: number): boolean =>
    placeholders.some(({ index, 0: found }) => index <= at && at < index + found.length);

  return [...text.matchAll(/\w+/g)]
    .filter(({ index }) => !inPlaceholder(index))
    .map(({ index, 0: word }) => {
      const end = index + word.length;
      return text.slice(0, end - 1) + another(word.at(-1) ?? '') + text.slice(end);
    });
}

function another(letter: string): string {
  if (/\d/.test(letter)) return String((Number(letter) + 1) % 10);
  return letter === 'x' ? 'y' : 'x';
}
