import type { Contender } from '../contenders/contender.js';
import { byPlace, type Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { figure, withSpread } from '../report/format.js';
import type { Panel, Table } from '../report/section.js';
import { median, ratios, type Spread, spread } from '../statistics.js';

/** How many times as many answers a second as another contender in the same place, round by round. */
export function ratioTo(
  script: Contender['script'],
  { place, runs }: Series<Run>,
  all: readonly Series<Run>[],
): Spread | undefined {
  const base = all.find((other) => other.place === place && other.script === script);
  return base && spread(ratios(perSecond(runs), perSecond(base.runs)));
}

/** A line for each contender, place by place. */
export function throughputTable(
  all: readonly Series<Run>[],
  unit: string,
  bases: Readonly<Partial<Record<Contender['script'], string>>>,
): Table {
  const scripts = Object.keys(bases) as Contender['script'][];
  const heads = scripts.map((script) => `ratio to ${bases[script]} (spread)`);
  const isRefusing = all.some(({ runs }) => runs.some(({ refused }) => refused > 0));
  return {
    head: ['where', 'server', unit, ...heads, 'p50 ms', 'p99 ms', ...(isRefusing ? ['503'] : [])],
    rows: all.map((series) => [
      series.place,
      series.name,
      figure(median(perSecond(series.runs))),
      ...scripts.map((script) => {
        const ratio = ratioTo(script, series, all);
        return ratio ? withSpread(ratio) : '–';
      }),
      figure(median(series.runs.map(({ p50 }) => p50))),
      figure(median(series.runs.map(({ p99 }) => p99))),
      ...(isRefusing ? [series.runs.reduce((sum, { refused }) => sum + refused, 0)] : []),
    ]),
  };
}

export function throughputPanels(all: readonly Series<Run>[], unit: string): Panel[] {
  return [...byPlace(all)].map(([place, series]) => ({
    title: `${place}: ${unit}`,
    bars: series.map(({ name, runs }) => ({ label: name, value: median(perSecond(runs)) })),
  }));
}

function perSecond(runs: readonly Run[]): number[] {
  return runs.map((run) => run.perSecond);
}
