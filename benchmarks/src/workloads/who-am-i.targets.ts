import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import type { Target } from '../report/section.js';
import { TARGETS } from './targets.js';
import { ratioTo } from './throughput.js';

/** What is to be reached where somebody asks who they are, with whatever token. */
export function whoAmITargets(id: string, what: string, all: readonly Series<Run>[]): Target[] {
  return all
    .filter(({ script }) => script === 'library')
    .flatMap((series) => {
      const { platform, place } = series;
      const name = `${id}-${place.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
      const own = ratioTo('hand-written', series, all);
      const other = platform === 'fastify' ? ratioTo('better-auth', series, all) : undefined;
      const target = (end: string, to: string, atLeast: number, measured: typeof own) =>
        measured
          ? [{ id: `${name}${end}`, what: `${what} (${place}), to ${to}`, atLeast, measured }]
          : [];
      return [
        ...target('', 'hand-written', TARGETS.whoAmI[platform], own),
        ...target('-better-auth', 'Better Auth', TARGETS.betterAuth, other),
      ];
    });
}
