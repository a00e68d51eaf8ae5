import {
  BETTER_AUTH,
  type Contender,
  FLOOR,
  HAND_WRITTEN,
  LIBRARY,
} from '../contenders/contender.js';
import type { Series } from '../contenders/series.js';
import { type Installed, installed } from '../footprint/installed.js';
import { type Start, starts } from '../footprint/starts.js';
import { figure, withSpread } from '../report/format.js';
import type { Table, Target } from '../report/section.js';
import { median, ratios, spread } from '../statistics.js';
import { settings } from '../settings.js';
import { postgresFields } from './fields.js';
import { TARGETS } from './targets.js';
import type { Workload } from './workload.js';

interface Footprint {
  readonly starts: readonly Series<Start>[];
  readonly installed: readonly Installed[];
}

const CONTENDERS: Contender[] = [HAND_WRITTEN, LIBRARY, BETTER_AUTH, FLOOR];
const WHAT = {
  seconds: 'start',
  atStart: 'memory after the start',
  afterLoad: 'memory after load',
} as const;
const MEASURES = Object.keys(WHAT) as (keyof typeof WHAT)[];

export const footprint: Workload<Footprint> = {
  id: 'w6',
  title: 'Start, memory, size',

  async measure() {
    const all: Series<Start>[] = [];
    for (const field of postgresFields()) all.push(...(await starts(field, CONTENDERS)));
    return { starts: all, installed: await installed(settings.platforms) };
  },

  describe: ({ starts: all, installed: sizes }) => ({
    text: 'From the start of the process to the first 200 of W1, with tables that are there already. Memory is what the process holds resident: after that answer, and after a second of load. **Packages** are those that `npm install --omit=dev` puts into an empty directory, this library from its tarballs, with its peers and the driver of PostgreSQL.',
    tables: [startTable(all), sizeTable(sizes)],
    targets: all.flatMap((series) => targetsOf(series, all)),
  }),
};

function startTable(all: readonly Series<Start>[]): Table {
  return {
    head: [
      'where',
      'server',
      'seconds',
      'ratio',
      'MB after the start',
      'ratio',
      'MB after load',
      'ratio',
    ],
    rows: all.map((series) => [
      series.place,
      series.name,
      ...MEASURES.flatMap((measure) => [
        figure(median(series.runs.map((run) => run[measure]))),
        withSpread(toHandWritten(series, all, measure)),
      ]),
    ]),
  };
}

function sizeTable(sizes: readonly Installed[]): Table {
  return {
    head: ['platform', 'installed', 'packages', 'MB'],
    rows: sizes.map(({ platform, name, packages, megabytes }) => [
      platform,
      name,
      packages,
      figure(megabytes),
    ]),
  };
}

function targetsOf(series: Series<Start>, all: readonly Series<Start>[]): Target[] {
  if (series.script !== 'library') return [];
  return MEASURES.map((measure) => ({
    id: `w6-${series.platform}-${measure.toLowerCase()}`,
    what: `${WHAT[measure]} (${series.place}), to hand-written`,
    atMost: TARGETS.footprint,
    measured: toHandWritten(series, all, measure),
  }));
}

function toHandWritten(
  { place, runs }: Series<Start>,
  all: readonly Series<Start>[],
  measure: keyof Start,
) {
  const base = all.find((other) => other.place === place && other.script === 'hand-written');
  const values = (of: readonly Start[]) => of.map((run) => run[measure]);
  return spread(ratios(values(runs), values(base?.runs ?? [])));
}
