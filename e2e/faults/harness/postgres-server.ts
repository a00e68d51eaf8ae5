import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { freePort } from '../../harness/free-port.js';
import { DatabaseServer, type Statement, type Stop, type Way } from './database-server.js';
import { runAs } from './system-user.js';
import { newData } from './template.js';

const USER = 'postgres';

/** PostgreSQL with a folder of its own; it writes to the disk as in earnest. */
export class PostgresServer extends DatabaseServer {
  readonly name = 'postgres';

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {
    super();
  }

  static async start(): Promise<PostgresServer> {
    const folder = newData(USER, (data) =>
      runAs(USER, [tool('initdb'), '-D', data, '-A', 'trust', '-U', USER, '--no-sync']),
    );
    const server = new PostgresServer(await freePort(), folder);
    await server.start();
    return server;
  }

  optionsAt(
    port: number,
    { host = '127.0.0.1', database = 'postgres' }: Way = {},
  ): DataSourceOptions {
    return {
      type: 'postgres',
      url: `postgres://${USER}@${host}:${port}/${database}`,
      connectTimeoutMS: 3000,
    };
  }

  async start(): Promise<void> {
    const settings = `-p ${this.port} -k ${this.folder} -c listen_addresses=127.0.0.1`;
    this.#control('start', '-w', '-o', settings, '-l', join(this.folder, 'log'));
    await this.accepts();
  }

  async stop(how: Stop): Promise<void> {
    this.#control('stop', '-w', '-m', how);
  }

  async endConnections(): Promise<void> {
    await this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
  }

  /** Settings for all sessions to come, and for those that are there. */
  async set(setting: string): Promise<void> {
    await this.query(`ALTER SYSTEM SET ${setting}`);
    await this.query('SELECT pg_reload_conf()');
  }

  async watch(): Promise<void> {
    const settings = {
      'auto_explain.log_format': 'json',
      'auto_explain.log_min_duration': '0',
      session_preload_libraries: 'auto_explain',
      // Who waits for a lock is written down after this time.
      deadlock_timeout: '100ms',
      log_lock_waits: 'on',
    };
    for (const [name, value] of Object.entries(settings)) {
      await this.query(`ALTER DATABASE postgres SET ${name} = '${value}'`);
    }
  }

  statements(): Statement[] {
    const plans = this.#log.matchAll(/duration: ([\d.]+) ms {2}plan:\n((?:\t.*\n)+)/g);
    return [...plans].map(([, milliseconds, text = '']) => {
      const explained = JSON.parse(text) as { 'Query Text': string; Plan: Plan };
      const access = accessOf(explained.Plan);
      return { sql: explained['Query Text'], milliseconds: Number(milliseconds), access };
    });
  }

  async longestLockWait(): Promise<number> {
    const waits = this.#log.matchAll(/ (?:still waiting for|acquired) .* after ([\d.]+) ms/g);
    return Math.max(0, ...[...waits].map(([, milliseconds]) => Number(milliseconds)));
  }

  get #log(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8');
  }

  async remove(): Promise<void> {
    if (existsSync(join(this.folder, 'data', 'postmaster.pid'))) await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #control(command: string, ...more: string[]): void {
    runAs(USER, [tool('pg_ctl'), command, '-D', join(this.folder, 'data'), ...more]);
  }
}

/** What this file reads of a plan. */
interface Plan {
  readonly 'Node Type': string;
  readonly Plans?: readonly Plan[];
}

function accessOf({ 'Node Type': type, Plans: parts = [] }: Plan): string[] {
  return [...(type.includes('Scan') ? [type] : []), ...parts.flatMap((part) => accessOf(part))];
}

/** Debian keeps them out of the path. */
export function tool(name: string): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  const newest = versions.toSorted((a, b) => Number(a) - Number(b)).at(-1);
  return newest === undefined ? name : join(root, newest, 'bin', name);
}
