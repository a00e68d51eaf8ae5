import type { BaseUser, NewUser } from '@nestjs-users/core';
import { randomBytes } from 'node:crypto';
import { DataSource, type DataSourceOptions, type EntityTarget, type Logger } from 'typeorm';

type DatabaseName = 'better-sqlite3' | 'sqljs' | 'postgres' | 'mariadb';
type ServerName = 'postgres' | 'mariadb';

const URLS: Record<ServerName, string> = {
  postgres: process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
  mariadb: process.env['MARIADB_URL'] ?? 'mysql://root@127.0.0.1:3306/test',
};

/** The databases that answer; all of them must where CI says so. */
export const databases: readonly DatabaseName[] = [
  'better-sqlite3',
  'sqljs',
  ...(await reachable('postgres')),
  ...(await reachable('mariadb')),
];

/** Those that several connections can use at a time. */
export const servers = databases.filter((name) => name === 'postgres' || name === 'mariadb');

/** Writes down the statements, transactions included, and the parameters of the last one. */
export class QueryLog implements Logger {
  readonly statements: string[] = [];
  parameters: unknown[] = [];

  logQuery(statement: string, parameters: unknown[] = []): void {
    this.statements.push(statement);
    this.parameters = parameters;
  }

  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

/** A database of a spec's own. */
export interface TestDatabase {
  readonly dataSource: DataSource;
  /** Another process' view of it. */
  connect(options?: object): Promise<DataSource>;
  drop(): Promise<void>;
}

/** Makes an empty database with the tables of the entities. */
export async function createDatabase(
  name: DatabaseName,
  entities: EntityTarget<BaseUser>[],
  options: object = {},
): Promise<TestDatabase> {
  const own = `users_${randomBytes(6).toString('hex')}`;
  const connections: DataSource[] = [];
  const connect = async (more: object): Promise<DataSource> => {
    const base = { entities, ...connectionTo(name, own), ...options, ...more };
    const dataSource = await new DataSource(base as DataSourceOptions).initialize();
    connections.push(dataSource);
    return dataSource;
  };

  if (name === 'postgres') await administer(name, `CREATE SCHEMA ${own}`);
  // The default of many servers: case and accents make no difference, trailing spaces neither.
  if (name === 'mariadb') {
    await administer(name, `CREATE DATABASE ${own} COLLATE utf8mb4_general_ci`);
  }
  return {
    dataSource: await connect({ synchronize: true, ...options }),
    connect: (more = {}) => connect(more),
    drop: async () => {
      for (const connection of connections) {
        if (connection.isInitialized) await connection.destroy();
      }
      if (name === 'postgres') await administer(name, `DROP SCHEMA ${own} CASCADE`);
      if (name === 'mariadb') await administer(name, `DROP DATABASE ${own}`);
    },
  };
}

/** Columns of a user whom nobody else resembles, and a secret that no error may tell. */
export function newUser<U extends BaseUser>(columns: object = {}): NewUser<U> {
  const name = `u${randomBytes(8).toString('hex')}`;
  return {
    email: `${name}@Example.org`,
    canonicalEmail: `${name}@example.org`,
    pendingEmail: null,
    hashedPassword: `$none$${name}`,
    securityStamp: randomBytes(16).toString('hex'),
    isActive: true,
    isSuperuser: false,
    isVerified: false,
    createdAt: new Date('2020-02-29T12:34:56.789Z'),
    updatedAt: new Date('2020-02-29T12:34:56.789Z'),
    ...columns,
  } as unknown as NewUser<U>;
}

function connectionTo(name: DatabaseName, own: string): object {
  if (name === 'better-sqlite3') return { type: name, database: ':memory:' };
  if (name === 'sqljs') return { type: name };
  if (name === 'postgres') return { type: name, url: URLS[name], schema: own };
  const url = new URL(URLS[name]);
  url.pathname = own;
  return { type: name, url: url.href };
}

async function administer(name: ServerName, statement: string): Promise<void> {
  const timeouts = { connectTimeout: 3000, connectTimeoutMS: 3000 };
  const options = { type: name, url: URLS[name], ...timeouts } as DataSourceOptions;
  const admin = await new DataSource(options).initialize();
  try {
    await admin.query(statement);
  } finally {
    await admin.destroy();
  }
}

async function reachable(name: ServerName): Promise<ServerName[]> {
  try {
    await administer(name, 'SELECT 1');
    return [name];
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn(`Left out: ${name} does not answer at its URL.`);
    return [];
  }
}
