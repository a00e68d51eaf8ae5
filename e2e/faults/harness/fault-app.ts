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
  /** The highest since the last question. */
  readonly peakRss: number;
  /** Worker threads, since the process began. */
  readonly threads: { readonly running: number; readonly most: number };
  /** Delays of the event loop since the last question, in milliseconds. */
  readonly loop: { readonly p99: number; readonly max: number };
  /** Of Node: too many listeners, rejections that were handled late, … */
  readonly warnings: readonly string[];
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** What a listener of it has heard, or done. */
export type Heard =
  | { readonly event: 'registered'; readonly email: string }
  /** What is slow. */
  | { readonly event: 'began' | 'ended' };

/** What a mail contains that the application has sent, or tried to. */
export interface Mail {
  readonly email: string;
  readonly token: string;
  readonly cancelToken?: string;
}

export const platforms = ['fastify', 'express'] as const;
export type Platform = (typeof platforms)[number];

/** What an application is told. */
export interface FaultAppOptions {
  readonly database: DataSourceOptions;
  /** Size of its pool. Default 10. */
  readonly pool?: number;
  /** What serves it. Default `fastify`. */
  readonly platform?: Platform;
  /** More for the data source. */
  readonly source?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * An application in a process of its own, in which an unhandled rejection is the end, as Node's
 * strictest mode has it.
 */
export class FaultApp {
  /** What its listeners tell, in order. */
  readonly heard: Heard[] = [];
  readonly mails: Mail[] = [];
  /** What it has warned of, a line each. */
  readonly warnings: string[] = [];
  /** `GET /users/me`, as its platform's router has them. Of Fastify alone. */
  routes: readonly string[] = [];
  /** All that it has said is heard by then. */
  readonly exited: Promise<number | string>;
  #port = '';

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'close').then(([code, signal]) => code ?? signal);
  }

  static async start(options: FaultAppOptions): Promise<FaultApp> {
    const app = FaultApp.launch(options);
    await app.ready();
    return app;
  }

  /** Starts the process, and does not wait until it serves. */
  static launch({
    database,
    pool = 10,
    platform = 'fastify',
    source,
    env,
  }: FaultAppOptions): FaultApp {
    const program = fileURLToPath(new URL('../app/fault-app.mjs', import.meta.url));
    const size = database.type === 'postgres' ? { max: pool } : { connectionLimit: pool };
    const options = { ...database, synchronize: true, extra: size, ...source };
    const flags = ['--unhandled-rejections=strict', '--expose-gc'];
    const child = spawn(process.execPath, [...flags, program], {
      env: {
        ...process.env,
        DATABASE: JSON.stringify(options),
        SECRET,
        PLATFORM: platform,
        ...env,
      },
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

  /** Addresses whose registration it has told listeners of. */
  get registered(): string[] {
    return this.heard.flatMap((heard) => (heard.event === 'registered' ? [heard.email] : []));
  }

  /** How often its listeners have told this. */
  count(kind: Heard['event']): number {
    return this.heard.filter(({ event }) => event === kind).length;
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
      const token = this.mails.findLast((mail) => mail.email === email)?.token;
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
    if (line.startsWith('ROUTES ')) this.routes = JSON.parse(line.slice(7)) as string[];
    if (line.startsWith('EVENT ')) this.heard.push(JSON.parse(line.slice(6)) as Heard);
    if (line.startsWith('MAIL ')) this.mails.push(JSON.parse(line.slice(5)) as Mail);
    if (line.includes('WARN')) this.warnings.push(line);
  }
}
