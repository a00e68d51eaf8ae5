import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSourceOptions } from 'typeorm';
import { DataSource } from 'typeorm';

/** How a server goes down: in order, or as in a power failure. */
export type Stop = 'fast' | 'immediate';

/** A database server of a row's own, on a port of its own: it can be stopped, killed and frozen. */
export abstract class DatabaseServer {
  abstract readonly name: 'postgres' | 'mariadb';
  abstract readonly port: number;

  /** Options of a data source for it, by way of a port: its own, or a proxy's. */
  abstract optionsAt(port: number, host?: string): DataSourceOptions;
  abstract start(): Promise<void>;
  abstract stop(how: Stop): Promise<void>;
  /** Ends all connections but the one that asks for it. */
  abstract endConnections(): Promise<void>;
  /** Stops it, and forgets its data. */
  abstract remove(): Promise<void>;

  /** A connection past all proxies, for who looks what has become of the data. */
  async connect(): Promise<DataSource> {
    return new DataSource(this.optionsAt(this.port)).initialize();
  }

  async query<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    const connection = await this.connect();
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
