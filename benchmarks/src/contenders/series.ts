import type { Contender, Field } from './contender.js';

/** All runs of one contender in one field, by round. */
export interface Series<R> extends Field {
  readonly place: string;
  readonly name: string;
  readonly script: Contender['script'];
  readonly runs: readonly R[];
}

/** The places in the order in which they were measured, each with its series. */
export function byPlace<S extends { place: string }>(all: readonly S[]): Map<string, S[]> {
  const places = new Map<string, S[]>();
  for (const series of all) places.set(series.place, [...(places.get(series.place) ?? []), series]);
  return places;
}
