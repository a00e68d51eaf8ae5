/** Checks an option that is a count. @throws TypeError with the limits */
export function costOption(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new TypeError(`${name} must be a whole number from ${least} to ${most}, not ${value}.`);
}
