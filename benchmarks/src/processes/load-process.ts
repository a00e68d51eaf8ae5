import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Load, Run } from '../load/run.js';
import { command } from './pinned.js';

/** Who makes load, and how. */
export type Loader = 'saturate' | 'closed-loop' | 'open-loop';

/** Load on a server, by a process of its own. */
export class LoadProcess {
  private constructor(
    private readonly kill: () => void,
    /** What has come of it. */
    readonly run: Promise<Run>,
  ) {}

  static start(loader: Loader, load: Load, core?: number): LoadProcess {
    const [program, args] = command(`load/${loader}.js`, { core, args: [JSON.stringify(load)] });
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const run = text(child.stdout).then(async (output) => {
      if ((await ended) !== 0) throw new Error(`${loader} has failed.`);
      return JSON.parse(output) as Run;
    });
    return new LoadProcess(() => child.kill('SIGTERM'), run);
  }

  /** Asks no more, and waits for the answers that are due. */
  async stop(): Promise<Run> {
    this.kill();
    return this.run;
  }
}
