import { growthIn, type Grown } from '../growth/grown.js';
import { deepTargets, growthTable, growthTargets } from '../growth/describe.js';
import type { Workload } from './workload.js';

export const growth: Workload<Grown[]> = {
  id: 'w7',
  title: 'Growth',
  measure: growthIn,
  describe: (all) => ({
    text: 'This library on Fastify with PostgreSQL, and tables of so many users and as many stored sessions. One connection asks for 200 users all over the table in turn, one after the other: median latency in ms. The list is that of a superuser, 50 users a page, the deep page after nine tenths of all users. The ratio is that of the largest table to the smallest.',
    tables: [growthTable(all)],
    targets: [...growthTargets(all), ...deepTargets(all)],
  }),
};
