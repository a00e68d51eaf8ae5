/** A text as those write it who do not care about upper and lower case, nor about widths and ligatures. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** The letters and digits of a text, folded: `Anna.Smith` and `ANNA-SMITH` are `annasmith`. */
export function foldToWord(text: string): string {
  return fold(text).replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '');
}
