import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { figure, withSpread } from '../report/format.js';
import type { Panel, Table, Target } from '../report/section.js';
import { median, percentile, type Spread, spread } from '../statistics.js';
import { TARGETS } from './targets.js';

/** The same requests, quiet and under logins. */
export interface Pair {
  readonly quiet: Run;
  readonly busy: Run;
  readonly loginsPerSecond: number;
  readonly loginsRefused: number;
}

export function isolationTable(all: readonly Series<Pair>[]): Table {
  return {
    head: [
      'where',
      'server',
      'quiet p50 / p99 ms',
      'under logins p50 / p99 ms',
      'p50 ratio (spread)',
      'p99 ratio (spread)',
      'logins a second',
      '503',
    ],
    rows: all.map((series) => [
      series.place,
      series.name,
      `${figure(pooled(series, 'quiet', 50))} / ${figure(pooled(series, 'quiet', 99))}`,
      `${figure(pooled(series, 'busy', 50))} / ${figure(pooled(series, 'busy', 99))}`,
      withSpread(ratio(series, 50)),
      withSpread(ratio(series, 99)),
      figure(median(series.runs.map(({ loginsPerSecond }) => loginsPerSecond))),
      series.runs.reduce((sum, { loginsRefused }) => sum + loginsRefused, 0),
    ]),
  };
}

export function isolationTargets(all: readonly Series<Pair>[]): Target[] {
  return all
    .filter(({ script }) => script === 'library')
    .flatMap((series) =>
      ([50, 99] as const).map((hundredths) => ({
        id: `w4-${series.platform}-${series.name.includes('Argon2id') ? 'argon2id' : 'bcrypt'}-p${hundredths}`,
        what: `p${hundredths} under logins (${series.place}; ${series.name}), to the quiet one`,
        atMost: hundredths === 50 ? TARGETS.isolation.p50 : TARGETS.isolation.p99,
        measured: ratio(series, hundredths),
      })),
    );
}

export function isolationPanels(all: readonly Series<Pair>[]): Panel[] {
  return [...new Set(all.map(({ place }) => place))].map((place) => ({
    title: `${place}: p99 in ms, while others log in`,
    bars: all
      .filter((series) => series.place === place)
      .map((series) => ({ label: series.name, value: pooled(series, 'busy', 99) })),
  }));
}

/** Of all rounds together, for a round has few requests; the spread is that of the rounds. */
function ratio(series: Series<Pair>, hundredths: 50 | 99): Spread {
  const name = hundredths === 50 ? 'p50' : 'p99';
  return {
    ...spread(series.runs.map(({ quiet, busy }) => busy[name] / quiet[name])),
    median: pooled(series, 'busy', hundredths) / pooled(series, 'quiet', hundredths),
  };
}

function pooled({ runs }: Series<Pair>, when: 'quiet' | 'busy', hundredths: number): number {
  return percentile(
    runs.flatMap((run) => run[when].times ?? []),
    hundredths,
  );
}
