import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import { freePort } from '../../harness/free-port.js';
import { DatabaseServer, type Statement, type Stop, type Way } from './database-server.js';
import { asUser, runAs } from './system-user.js';
import { newData } from './template.js';

const USER = 'mysql';

/** MariaDB with a folder of its own. */
export class MariaDbServer extends DatabaseServer {
  readonly name = 'mariadb';
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {
    super();
  }

  static async start(): Promise<MariaDbServer> {
    const folder = newData(USER, (data) =>
      runAs(USER, [
        'mariadb-install-db',
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
      ]),
    );
    const server = new MariaDbServer(await freePort(), folder);
    await server.start();
    return server;
  }

  optionsAt(port: number, { host = '127.0.0.1', database = 'test' }: Way = {}): DataSourceOptions {
    return { type: 'mariadb', url: `mysql://root@${host}:${port}/${database}` };
  }

  async start(): Promise<void> {
    const [program, args] = asUser(USER, [
      'mariadbd',
      '--no-defaults',
      `--datadir=${this.#data}`,
      `--port=${this.port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(this.folder, 'socket')}`,
      `--pid-file=${join(this.folder, 'pid')}`,
    ]);
    this.#process = spawn(program, args, { stdio: 'ignore', detached: true });
    await this.accepts();
  }

  async stop(how: Stop): Promise<void> {
    const child = this.#process;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    // The whole group: runuser stands before the server.
    process.kill(-child.pid, how === 'fast' ? 'SIGTERM' : 'SIGKILL');
    await ended;
  }

  async endConnections(): Promise<void> {
    const connection = await this.connect();
    try {
      const others = await connection.query<{ id: number }[]>(
        'SELECT id FROM information_schema.processlist WHERE id <> connection_id() AND user = "root"',
      );
      // One that has ended meanwhile is nobody's loss.
      for (const { id } of others) await connection.query(`KILL ${id}`).catch(() => {});
    } finally {
      await connection.destroy();
    }
  }

  async watch(): Promise<void> {
    await this.query(`SET GLOBAL log_output = 'FILE', slow_query_log_file = '${this.#log}',
      long_query_time = 0, log_slow_verbosity = 'query_plan,explain', slow_query_log = 1`);
  }

  statements(): Statement[] {
    const entries = readFileSync(this.#log, 'utf8').split('# User@Host:').slice(1);
    return entries.map((entry) => {
      const seconds = /# Query_time: ([\d.]+)/.exec(entry)?.[1];
      const sql = entry.replaceAll(/^(?:#.*| .*|SET timestamp=.*|use .*)\n/gm, '').trim();
      const rows = [...entry.matchAll(/^# explain: (\d.*)$/gm)].map(([, row = '']) =>
        row.split('\t'),
      );
      return { sql, milliseconds: Number(seconds) * 1000, access: rows.map((row) => row[3] ?? '') };
    });
  }

  async longestLockWait(): Promise<number> {
    const [status] = await this.query<{ Value: string }>(
      "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_time_max'",
    );
    return Number(status?.Value);
  }

  get #log(): string {
    return join(this.#data, 'slow.log');
  }

  async remove(): Promise<void> {
    await this.stop('immediate');
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.folder, 'data');
  }
}
