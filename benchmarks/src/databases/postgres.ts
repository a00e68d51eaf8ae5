import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { settings } from '../settings.js';
import type { Database } from './database.js';

/** A schema of its own on the one PostgreSQL. */
export async function postgresSchema(): Promise<Database> {
  const schema = `bench_${randomBytes(6).toString('hex')}`;
  await statement(`create schema ${schema}`);
  return {
    env: { DATABASE: 'postgres', DATABASE_URL: settings.postgres, SCHEMA: schema },
    drop: () => statement(`drop schema ${schema} cascade`),
  };
}

async function statement(sql: string): Promise<void> {
  const client = new Client(settings.postgres);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
