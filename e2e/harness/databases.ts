import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';

/** The databases on which the stories are told. */
export type DatabaseName = 'sqlite' | 'postgres' | 'mariadb';

/** A database of a host's own, and how to be rid of it. */
export interface TestDatabase {
  readonly options: DataSourceOptions;
  drop(): Promise<void>;
}

const POSTGRES_URL = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';
const MARIADB_URL = process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test';
const ADMIN: Record<Exclude<DatabaseName, 'sqlite'>, DataSourceOptions> = {
  postgres: { type: 'postgres', url: POSTGRES_URL, connectTimeoutMS: 3000 },
  mariadb: { type: 'mariadb', url: MARIADB_URL, connectTimeout: 3000 },
};

/** The databases that answer. Where CI says so, all of them must. */
export const databases: readonly DatabaseName[] = [
  'sqlite',
  ...(await reachable('postgres')),
  ...(await reachable('mariadb')),
];

/** Makes an empty database that nobody else uses. */
export async function createDatabase(name: DatabaseName): Promise<TestDatabase> {
  const own = `e2e_${randomBytes(6).toString('hex')}`;
  if (name === 'sqlite') {
    return { options: { type: 'better-sqlite3', database: ':memory:' }, drop: async () => {} };
  }
  if (name === 'postgres') {
    await administer(name, `CREATE SCHEMA ${own}`);
    return {
      options: {
        type: 'postgres',
        url: POSTGRES_URL,
        connectTimeoutMS: 3000,
        schema: own,
        extra: { options: `-c search_path=${own}` },
      },
      drop: () => administer(name, `DROP SCHEMA ${own} CASCADE`),
    };
  }
  // The default collation of many servers: case- and accent-insensitive, padding.
  await administer(name, `CREATE DATABASE ${own} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci`);
  const url = new URL(MARIADB_URL);
  url.pathname = own;
  return {
    options: { type: 'mariadb', url: url.href },
    drop: () => administer(name, `DROP DATABASE ${own}`),
  };
}

/** The same for several connections or processes: SQLite is a file here. */
export async function createSharedDatabase(name: DatabaseName): Promise<TestDatabase> {
  if (name !== 'sqlite') return createDatabase(name);
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-users-'));
  return {
    options: { type: 'better-sqlite3', database: join(folder, 'users.sqlite'), enableWAL: true },
    drop: async () => rmSync(folder, { recursive: true }),
  };
}

async function administer(name: 'postgres' | 'mariadb', statement: string): Promise<void> {
  const admin = await new DataSource(ADMIN[name]).initialize();
  try {
    await admin.query(statement);
  } finally {
    await admin.destroy();
  }
}

async function reachable(name: 'postgres' | 'mariadb'): Promise<DatabaseName[]> {
  try {
    await administer(name, 'SELECT 1');
    return [name];
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn(`Left out: ${name} does not answer at its URL.`);
    return [];
  }
}
