import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What V8's profiler writes. */
export interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** So much of the time when the process did anything was spent in there itself. */
export interface SelfTime {
  readonly where: string;
  readonly share: number;
}

type Frame = Profile['nodes'][number]['callFrame'];

export function selfTimes(profile: Profile, whereOf: (frame: Frame) => string): SelfTime[] {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const time = profile.timeDeltas[index] ?? 0;
    if (!frame || isNobodysWork(frame)) continue;
    total += time;
    const where = whereOf(frame);
    times.set(where, (times.get(where) ?? 0) + time);
  }
  return [...times]
    .map(([where, time]) => ({ where, share: time / total }))
    .toSorted((a, b) => b.share - a.share);
}

/** Waiting, and the profiler's own beginning and end. */
function isNobodysWork({ url, functionName }: Frame): boolean {
  return url === '' && ['(idle)', 'dispatch'].includes(functionName);
}

/** A package; for this library's own, the file. */
export function packageOf({ url, functionName }: Frame): string {
  if (url === '') return functionName || '(native)';
  if (url.startsWith('node:')) return `node: ${url.slice(5).split('/').slice(0, 2).join('/')}`;
  const own = /packages\/([a-z]+)\/dist\/(.*)$/.exec(url);
  if (own) return `@nestjs-users/${own[1]}: ${own[2]}`;
  const modules = url.split('/node_modules/').at(-1) ?? '';
  if (url.includes('/node_modules/')) return /^(@[^/]+\/[^/]+|[^/]+)/.exec(modules)?.[0] ?? modules;
  return 'benchmarks';
}

export function functionOf(frame: Frame): string {
  const { url, functionName, lineNumber } = frame;
  if (url === '') return functionName || '(native)';
  const file = url.startsWith('file:') ? relative(process.cwd(), fileURLToPath(url)) : url;
  return `${functionName || '(anonymous)'} ${file.replace(/^.*node_modules\//, '')}:${lineNumber + 1}`;
}
