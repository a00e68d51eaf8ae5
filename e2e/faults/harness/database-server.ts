import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSourceOptions } from 'typeorm';
import { DataSource } from 'typeorm';

/** How a server goes down: in order, or as in a power failure. */
export type Stop = 'fast' | 'immediate';

/** A statement as it was run. */
export interface Statement {
  readonly sql: string;
  readonly milliseconds: number;
  /** How it came to its rows, in the words of the server: of each table that it read. */
  readonly access: readonly string[];
}

/** By which name of the host, and to which database; the usual ones by default. */
export interface Way {
  readonly host?: string;
  readonly database?: string;
}

/** A database server of a row's own, on a port of its own: it can be stopped, killed and frozen. */
export abstract class DatabaseServer {
  abstract readonly name: 'postgres' | 'mariadb';
  abstract readonly port: number;

  /** Options of a data source for it, by way of a port: its own, or a proxy's. */
  abstract optionsAt(port: number, by?: Way): DataSourceOptions;
  abstract start(): Promise<void>;
  abstract stop(how: Stop): Promise<void>;
  /** Ends all connections but the one that asks for it. */
  abstract endConnections(): Promise<void>;
  /** Writes down each statement of connections to come, with its plan, and who waits long for a lock. */
  abstract watch(): Promise<void>;
  /** What was written down since it is watched, in order. */
  abstract statements(): Statement[];
  /** How long somebody has waited for a lock, in milliseconds; less than 100 may be 0. */
  abstract longestLockWait(): Promise<number>;
  /** Stops it, and forgets its data. */
  abstract remove(): Promise<void>;

  /** A connection past all proxies, for who looks what has become of the data. */
  async connect(database?: string): Promise<DataSource> {
    return new DataSource(
      this.optionsAt(this.port, database === undefined ? {} : { database }),
    ).initialize();
  }

  async query<T = Record<string, unknown>>(sql: string, database?: string): Promise<T[]> {
    const connection = await this.connect(database);
    try {
      return await connection.query<T[]>(sql);
    } finally {
      await connection.destroy();
    }
  }

  /** Waits until it takes connections. */
  protected async accepts(): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      try {
        await this.query('SELECT 1');
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
        await sleep(50);
      }
    }
  }
}
