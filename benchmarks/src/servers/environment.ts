/** The environment that the runner gives to each server. */
export const environment = {
  platform: process.env['PLATFORM'] === 'express' ? 'express' : 'fastify',
  database: process.env['DATABASE'] === 'sqlite' ? 'sqlite' : 'postgres',
  url: process.env['DATABASE_URL'] ?? '',
  schema: process.env['SCHEMA'] ?? '',
  file: process.env['FILE'] ?? '',
  redis: process.env['REDIS_URL'] ?? '',
  prefix: process.env['PREFIX'] ?? '',
  /** What a token is: `jwt`, or where it is stored; `both` is a JWT, and another one in the database. */
  token: (process.env['TOKEN'] ?? 'jwt') as 'jwt' | 'database' | 'redis' | 'both',
  hasher: (process.env['HASHER'] ?? 'bcrypt-10') as 'bcrypt-10' | 'bcrypt-12' | 'argon2id' | 'own',
  workers: process.env['WORKERS'] === undefined ? undefined : Number(process.env['WORKERS']),
  users: Number(process.env['USERS'] ?? 1000),
  /** `false`: everything is there already, as at the second start of an application. */
  isFirstStart: process.env['SEED'] !== 'false',
} as const;

export const SECRET = 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0gA-benchmarks';

/** Who asks and logs in. */
export const EMAIL = 'somebody@example.com';
export const PASSWORD = 'correct horse battery 7';

/** The others, so that a look-up is a look-up. */
export function crowd(): string[] {
  return Array.from({ length: environment.users }, (_, n) => `user${n}@example.com`);
}
