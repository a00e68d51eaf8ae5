import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `FAULTS=long`: as long as the requirements have it. Otherwise a short form that any change can afford. */
export const isLong: boolean = process.env['FAULTS'] === 'long';

/** A number of seconds, rounds or rows: the long form's, or the short one's. */
export function scale(long: number, short: number): number {
  return isLong ? long : short;
}

/** How long rows take that ask what becomes of it with time. `FAULTS_MINUTES`, or ten in the long form. */
export const enduranceMinutes: number = Number(process.env['FAULTS_MINUTES'] ?? scale(10, 0.15));

const FOLDER = join(import.meta.dirname, '..', 'results');

/** Writes down what a row has measured, for `docs/reliability.md`. */
export function record(row: string, on: string, figures: object): void {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${row}-${on.replaceAll(/\W+/g, '-')}.json`);
  writeFileSync(file, JSON.stringify({ row, on, isLong, figures }, null, 2));
}
