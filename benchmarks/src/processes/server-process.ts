import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Ask, AskName, Ready } from '../servers/ready.js';
import { command } from './pinned.js';

/** A server in a process of its own. */
export class ServerProcess {
  private constructor(
    readonly script: string,
    private readonly child: ChildProcess,
    readonly ready: Ready,
  ) {}

  static async start(
    script: string,
    env: Readonly<Record<string, string>>,
    core?: number,
  ): Promise<ServerProcess> {
    const [program, args] = command(`servers/${script}.js`, { core });
    const child = spawn(program, args, {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const ready = await new Promise<Ready>((resolve, reject) => {
      lines.on('line', (line) => {
        if (line.startsWith('READY ')) resolve(JSON.parse(line.slice(6)) as Ready);
        else console.error(line);
      });
      child.once('exit', (code) => reject(new Error(`${script} ended with ${code}.`)));
    });
    return new ServerProcess(script, child, ready);
  }

  ask(name: AskName): Ask {
    const ask = this.ready.asks[name];
    if (!ask) throw new Error(`This server has no answer to ${name}.`);
    return ask;
  }

  /** Resident memory, in MB. */
  get memory(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
