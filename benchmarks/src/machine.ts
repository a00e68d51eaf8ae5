import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { CAN_PIN } from './processes/pinned.js';
import { settings } from './settings.js';

/** Where it was measured, and with what. */
export interface Machine {
  readonly hardware: string;
  readonly software: string;
}

const PACKAGES = [
  '@nestjs/core',
  'typeorm',
  'passport-jwt',
  'better-auth',
  'fastify',
  'express',
  'pg',
  'better-sqlite3',
  'ioredis',
  'bcryptjs',
  '@node-rs/argon2',
];

export async function machine(): Promise<Machine> {
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  const pinning = CAN_PIN ? '' : ', where no process can be bound to a core';
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`);
  return {
    hardware: `${availableParallelism()} cores (${model}), ${memory} GiB${pinning}`,
    software: [`Node ${process.version}`, await postgres(), await redis(), ...versions].join(', '),
  };
}

async function postgres(): Promise<string> {
  const client = new Client(settings.postgres);
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await client.end();
  return `PostgreSQL ${rows[0]?.server_version.split(' ')[0]}`;
}

async function redis(): Promise<string> {
  const client = new Redis(settings.redis);
  const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1];
  await client.quit();
  return `Redis ${version}`;
}

function versionOf(name: string): string {
  const file = join(import.meta.dirname, '..', '..', 'node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
