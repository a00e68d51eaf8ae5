/** What the environment may change: short runs while something is written, long ones for the report. */
export const settings = {
  postgres: process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  platforms: list('PLATFORMS', 'fastify,express') as Platform[],
  databases: list('DATABASES', 'postgres,sqlite') as DatabaseKind[],
  /** How many users the tables of w7 have. */
  sizes: list('SIZES', '1000,100000,1000000').map(Number),
  /** How many users the other tables have, so that a look-up is a look-up. */
  users: Number(process.env['USERS'] ?? 1000),
} as const;

export type Platform = 'fastify' | 'express';
export type DatabaseKind = 'postgres' | 'sqlite';

/** How often each contender has its turn. */
export function rounds(usual = 5): number {
  return Number(process.env['ROUNDS'] ?? usual);
}

/** How long a turn takes. */
export function seconds(usual: number): number {
  return Number(process.env['SECONDS'] ?? usual);
}

function list(name: string, usual: string): string[] {
  return (process.env[name] ?? usual).split(',').filter(Boolean);
}
