const RUNS = ['0123456789'.repeat(3), 'abcdefghijklmnopqrstuvwxyz'.repeat(2)].flatMap((run) => [
  run,
  [...run].reverse().join(''),
]);

/** The longest repetition that guesses begin with; what is longer is counted as length. */
const LONGEST_REPETITION = 16;

/**
 * Whether a folded password is one pattern and nothing else: a run (`abcdefgh`, `87654321`), or
 * something short again and again (`aaaaaaaa`, `12341234`, `adminadmin`). Lists leave these out,
 * because they are written down shorter as a rule (NIST SP 800-63B-3, 5.1.1.2).
 */
export function isPattern(folded: string): boolean {
  return RUNS.some((run) => run.includes(folded)) || isRepetition(folded);
}

/** In ASCII: emoji and blanks are no guesser's first choice. */
function isRepetition(folded: string): boolean {
  const { length } = folded;
  if (length > LONGEST_REPETITION || !/^[\x21-\x7e]+$/.test(folded)) return false;
  for (let unit = 1; unit <= length / 2; unit++) {
    if (folded.slice(0, unit).repeat(length).startsWith(folded)) return true;
  }
  return false;
}
