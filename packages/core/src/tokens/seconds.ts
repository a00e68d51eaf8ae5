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

/**
 * Checks a configured time of waiting.
 *
 * @throws TypeError unless it is a number of seconds from 0 to a day: timers of a month run out at once
 */
export function waitingTime(option: string, seconds: number): number {
  const DAY = 24 * 3600;
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= DAY) return seconds;
  throw new TypeError(`${option} must be a number of seconds from 0 to ${DAY}, not ${seconds}.`);
}
