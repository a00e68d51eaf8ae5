import type { UsersModuleExtras } from '@nestjs-users/core';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DataSourceOptions } from 'typeorm';
import { SECRET } from './host.js';
import type { SessionsInRedis } from './redis.js';

/** What a process reports of an event. */
export interface ReportedEvent {
  readonly event: string;
  readonly email?: string;
  readonly token?: string;
  /** Of a change of address that waits. */
  readonly cancelToken?: string;
}

/** An application in a process of its own. */
export class AppProcess {
  /** What it has emitted so far. */
  readonly events: ReportedEvent[] = [];

  private constructor(
    private readonly child: ChildProcess,
    readonly origin: string,
  ) {}

  static async start(
    database: DataSourceOptions,
    extras: UsersModuleExtras = {},
    /** Where its sessions are, if not in the database. */
    sessions?: SessionsInRedis,
    env: Readonly<Record<string, string>> = {},
  ): Promise<AppProcess> {
    const program = fileURLToPath(new URL('./process-app.mjs', import.meta.url));
    const child = spawn(process.execPath, [program], {
      env: {
        ...process.env,
        DATABASE: JSON.stringify(database),
        EXTRAS: JSON.stringify(extras),
        SECRET,
        ...env,
        ...(sessions && { SESSIONS: JSON.stringify(sessions) }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const port = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => line.startsWith('READY ') && resolve(line.slice(6)));
      child.once('exit', (code) => reject(new Error(`The process ended with ${code}.`)));
    });
    const app = new AppProcess(child, `http://127.0.0.1:${port}`);
    lines.on('line', (line) => {
      if (line.startsWith('EVENT ')) app.events.push(JSON.parse(line.slice(6)) as ReportedEvent);
    });
    return app;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
