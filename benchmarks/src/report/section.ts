import type { Spread } from '../statistics.js';

/** What the page says of one work load. */
export interface Section {
  readonly text: string;
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  readonly panels?: readonly Panel[];
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What is to be reached, and what was. */
export interface Target {
  /** Names the note that explains a target which was not reached: `notes/<id>.md`. */
  readonly id: string;
  readonly what: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly measured: Spread;
}

/** Bars of the plot. */
export interface Panel {
  readonly title: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

export function isReached({ atLeast = 0, atMost = Infinity, measured }: Target): boolean {
  return measured.median >= atLeast && measured.median <= atMost;
}
