import { figure, withSpread } from '../report/format.js';
import type { Table, Target } from '../report/section.js';
import type { AskName } from '../servers/ready.js';
import { median, ratios, type Spread, spread } from '../statistics.js';
import { TARGETS } from '../workloads/targets.js';
import { ASKS, type Grown } from './grown.js';

const NAMES: Readonly<Partial<Record<AskName, string>>> = {
  me: 'who am I, JWT',
  meStored: 'who am I, stored token',
  login: 'login (bcrypt, cost 10)',
  byEmail: '`GET /users?email=…`',
  firstPage: '`GET /users`, first page',
  deepPage: '`GET /users`, deep page',
};

export function growthTable(all: readonly Grown[]): Table {
  const sizes = sizesOf(all);
  return {
    head: ['', ...sizes.map((size) => `${size.toLocaleString('en')} users`), 'ratio (spread)'],
    rows: ASKS.map((ask) => [
      NAMES[ask] ?? ask,
      ...sizes.map((size) => figure(median(p50(all, ask, size)))),
      withSpread(growthOf(all, ask)),
    ]),
  };
}

export function growthTargets(all: readonly Grown[]): Target[] {
  const sizes = sizesOf(all);
  const what = `p50 at ${sizes.at(-1)?.toLocaleString('en')} users to that at ${sizes[0]?.toLocaleString('en')}`;
  return ASKS.map((ask) => ({
    id: `w7-${ask.toLowerCase()}`,
    what: `Growth: ${NAMES[ask]}, ${what}`,
    atMost: TARGETS.growth,
    measured: growthOf(all, ask),
  }));
}

export function deepTargets(all: readonly Grown[]): Target[] {
  return sizesOf(all).map((size) => ({
    id: `w7-deep-${size}`,
    what: `Growth: deep page to first page, at ${size.toLocaleString('en')} users`,
    atMost: TARGETS.deepPage,
    measured: spread(ratios(p50(all, 'deepPage', size), p50(all, 'firstPage', size))),
  }));
}

function growthOf(all: readonly Grown[], ask: AskName): Spread {
  const sizes = sizesOf(all);
  return spread(ratios(p50(all, ask, sizes.at(-1)), p50(all, ask, sizes[0])));
}

function p50(all: readonly Grown[], ask: AskName, size: number | undefined): number[] {
  const found = all.find((each) => each.ask === ask && each.size === size);
  return found?.runs.map((run) => run.p50) ?? [];
}

function sizesOf(all: readonly Grown[]): number[] {
  return [...new Set(all.map(({ size }) => size))].toSorted((a, b) => a - b);
}
