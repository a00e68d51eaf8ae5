/** Answer times of one class of requests, in milliseconds. */
export type Sample = readonly number[];

/** What two samples say about each other. */
export interface Comparison {
  /** The probability that a time of the first is longer than one of the second; 0.5 tells nothing. */
  readonly auc: number;
  readonly medianDifference: number;
  readonly median: number;
}

/** Limits under which nobody can tell two classes apart by their time. */
export interface TimingLimits {
  readonly auc: readonly [low: number, high: number];
  readonly milliseconds: number;
  /** Share of the median; the larger of the two limits counts. */
  readonly share: number;
}

/** Routes that work off a hash. */
export const HASH_LIMITS: TimingLimits = { auc: [0.4, 0.6], milliseconds: 2, share: 0.05 };

/** Routes that do not. */
export const PLAIN_LIMITS: TimingLimits = { auc: [0.35, 0.65], milliseconds: 1, share: 0 };

/**
 * Times requests of several classes in random order, one at a time.
 *
 * @param warmUps - requests of each class that do not count
 */
export async function measure<Name extends string>(
  classes: Readonly<Record<Name, () => Promise<unknown>>>,
  count: number,
  warmUps = 20,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(classes) as Name[];
  for (let index = 0; index < warmUps; index++) {
    for (const name of names) await classes[name]();
  }
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<
    Name,
    number[]
  >;
  for (const name of shuffled(names.flatMap((kind) => Array<Name>(count).fill(kind)))) {
    const start = performance.now();
    await classes[name]();
    times[name].push(performance.now() - start);
  }
  return times;
}

/** Compares two samples. */
export function compare(a: Sample, b: Sample): Comparison {
  let wins = 0;
  for (const x of a) for (const y of b) wins += x > y ? 1 : x === y ? 0.5 : 0;
  const [medianA, medianB] = [median(a), median(b)];
  return {
    auc: wins / (a.length * b.length),
    medianDifference: Math.abs(medianA - medianB),
    median: Math.max(medianA, medianB),
  };
}

/** The pairs of classes that can be told apart. */
export function distinguishable(
  times: Readonly<Record<string, Sample>>,
  { auc: [low, high], milliseconds, share }: TimingLimits,
): string[] {
  const names = Object.keys(times);
  return names.flatMap((a, index) =>
    names.slice(index + 1).flatMap((b) => {
      const { auc, medianDifference, median: middle } = compare(times[a] ?? [], times[b] ?? []);
      const isAlike =
        auc >= low && auc <= high && medianDifference <= Math.max(milliseconds, share * middle);
      return isAlike
        ? []
        : [`${a} / ${b}: AUC ${auc.toFixed(2)}, medians ${medianDifference.toFixed(2)} ms apart`];
    }),
  );
}

function median(values: Sample): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function shuffled<T>(items: T[]): T[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [items[index], items[other]] = [items[other] as T, items[index] as T];
  }
  return items;
}
