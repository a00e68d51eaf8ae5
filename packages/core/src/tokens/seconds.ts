/**
 * Checks a configured duration.
 *
 * @throws TypeError unless it is a whole number of seconds from 1 to ten years
 */
export function lifetime(option: string, seconds: number): number {
  const TEN_YEARS = 10 * 366 * 24 * 3600;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= TEN_YEARS) return seconds;
  throw new TypeError(`${option} must be a whole number of seconds, at least 1; not ${seconds}.`);
}
