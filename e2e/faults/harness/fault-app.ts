import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSourceOptions } from 'typeorm';
import { type Answer, type Message, send } from '../../harness/client.js';
import { SECRET } from '../../harness/host.js';

/** What a process knows of itself. */
export interface Stats {
  /** In MB, after a collection. */
  readonly heap: number;
  readonly rss: number;
  /** Delays of the event loop since the last question, in milliseconds. */
  readonly loop: { readonly p99: number; readonly max: number };
  /** Of Node: too many listeners, rejections that were handled late, … */
  readonly warnings: readonly string[];
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** What an application is told. */
export interface FaultAppOptions {
  readonly database: DataSourceOptions;
  /** Size of its pool. Default 10. */
  readonly pool?: number;
  /** More for the data source. */
  readonly source?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * An application in a process of its own, in which an unhandled rejection is the end, as Node's
 * strictest mode has it.
 */
export class FaultApp {
  /** Addresses whose registration it has told listeners of. */
  readonly registered: string[] = [];
  readonly #mails = new Map<string, string>();
  readonly exited: Promise<number | string>;
  #port = '';

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit').then(([code, signal]) => code ?? signal);
  }

  static async start(options: FaultAppOptions): Promise<FaultApp> {
    const app = FaultApp.launch(options);
    await app.ready();
    return app;
  }

  /** Starts the process, and does not wait until it serves. */
  static launch({ database, pool = 10, source, env }: FaultAppOptions): FaultApp {
    const program = fileURLToPath(new URL('../app/fault-app.mjs', import.meta.url));
    const size = database.type === 'postgres' ? { max: pool } : { connectionLimit: pool };
    const options = { ...database, synchronize: true, extra: size, ...source };
    const flags = ['--unhandled-rejections=strict', '--expose-gc'];
    const child = spawn(process.execPath, [...flags, program], {
      env: { ...process.env, DATABASE: JSON.stringify(options), SECRET, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const app = new FaultApp(child);
    createInterface({ input: child.stdout }).on('line', (line) => app.#hear(line));
    return app;
  }

  /** Waits until it serves. */
  async ready(): Promise<void> {
    while (this.#port === '') {
      if (!this.isRunning) throw new Error(`It ended with ${this.child.exitCode}.`);
      await sleep(10);
    }
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get port(): number {
    return Number(this.#port);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  send(message: Message): Promise<Answer> {
    return send(this.origin, message);
  }

  async stats(): Promise<Stats> {
    return (await this.send({ path: '/stats' })).body as Stats;
  }

  /** Whether every place of its pool can be had at once: none was lost. */
  async hasWholePool(size = 10): Promise<boolean> {
    const held = this.send({ path: `/hold?connections=${size}&milliseconds=1` });
    const late = sleep(5000, undefined, { ref: false });
    return (await Promise.race([held, late]))?.status === 200;
  }

  /** The token that was mailed to an address last. */
  async mailed(email: string): Promise<string> {
    for (;;) {
      const token = this.#mails.get(email);
      if (token !== undefined) return token;
      if (!this.isRunning) throw new Error(`It ended before it wrote to ${email}.`);
      await sleep(10);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  #hear(line: string): void {
    if (line.startsWith('READY ')) this.#port = line.slice(6);
    if (!line.startsWith('EVENT ')) return;
    const { email, token } = JSON.parse(line.slice(6)) as { email: string; token?: string };
    if (token === undefined) this.registered.push(email);
    else this.#mails.set(email, token);
  }
}
