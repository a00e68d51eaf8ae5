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

/** What a mail contains that the application has sent, or tried to. */
export interface Mail {
  readonly email: string;
  readonly token: string;
  readonly cancelToken?: string;
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
  readonly mails: Mail[] = [];
  /** What it has warned of, a line each. */
  readonly warnings: string[] = [];
  /** `GET /users/me`, as its platform's router has them. */
  routes: readonly string[] = [];
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

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  #hear(line: string): void {
    if (line.startsWith('READY ')) this.#port = line.slice(6);
    if (line.startsWith('ROUTES ')) this.routes = JSON.parse(line.slice(7)) as string[];
    if (line.startsWith('MAIL ')) this.mails.push(JSON.parse(line.slice(5)) as Mail);
    if (line.startsWith('EVENT ')) {
      this.registered.push((JSON.parse(line.slice(6)) as { email: string }).email);
    }
    if (line.includes('WARN')) this.warnings.push(line);
  }
}
