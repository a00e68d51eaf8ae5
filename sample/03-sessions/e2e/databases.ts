import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';

const POSTGRES_URL = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

/** A database for one run: what the environment of the application says, and how to be rid of it. */
export interface Database {
  environment: { DATABASE_URL: string; DATABASE_FILE: string };
  drop(): Promise<void>;
}

export const databases: Record<string, () => Promise<Database>> = {
  SQLite: async () => ({
    environment: { DATABASE_URL: '', DATABASE_FILE: ':memory:' },
    drop: async () => {},
  }),
  ...((await isPostgresReachable()) && { PostgreSQL: createPostgresDatabase }),
};

async function createPostgresDatabase(): Promise<Database> {
  const name = `sample_03_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name}`);
  const url = new URL(POSTGRES_URL);
  url.pathname = name;
  return {
    environment: { DATABASE_URL: url.href, DATABASE_FILE: '' },
    drop: () => administer(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** In CI it must be there; elsewhere its absence leaves a part of the tests out, and says so. */
async function isPostgresReachable(): Promise<boolean> {
  try {
    await administer('SELECT 1');
    return true;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn('Left out: PostgreSQL does not answer at POSTGRES_URL.');
    return false;
  }
}

async function administer(statement: string): Promise<void> {
  const options = { type: 'postgres', url: POSTGRES_URL, connectTimeoutMS: 3000 } as const;
  const admin = await new DataSource(options).initialize();
  try {
    await admin.query(statement);
  } finally {
    await admin.destroy();
  }
}
