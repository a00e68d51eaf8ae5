import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { freePort } from '../../harness/free-port.js';
import { DatabaseServer, type Stop } from './database-server.js';
import { folderOf, runAs } from './system-user.js';

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
    const folder = folderOf(USER);
    runAs(USER, [
      tool('initdb'),
      '-D',
      join(folder, 'data'),
      '-A',
      'trust',
      '-U',
      USER,
      '--no-sync',
    ]);
    const server = new PostgresServer(await freePort(), folder);
    await server.start();
    return server;
  }

  optionsAt(port: number, host = '127.0.0.1'): DataSourceOptions {
    return {
      type: 'postgres',
      url: `postgres://${USER}@${host}:${port}/postgres`,
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

  async remove(): Promise<void> {
    if (existsSync(join(this.folder, 'data', 'postmaster.pid'))) await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }

  #control(command: string, ...more: string[]): void {
    runAs(USER, [tool('pg_ctl'), command, '-D', join(this.folder, 'data'), ...more]);
  }
}

/** Debian keeps them out of the path. */
export function tool(name: string): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root) : [];
  const newest = versions.toSorted((a, b) => Number(a) - Number(b)).at(-1);
  return newest === undefined ? name : join(root, newest, 'bin', name);
}
