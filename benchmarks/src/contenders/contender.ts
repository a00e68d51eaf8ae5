import type { DatabaseKind, Platform } from '../settings.js';

/** Who takes part: a server, and how it is set up. */
export interface Contender {
  /** As the report calls it. */
  readonly name: string;
  readonly script: 'hand-written' | 'library' | 'better-auth' | 'floor' | 'hasher';
  readonly env?: Readonly<Record<string, string>>;
}

/** Where contenders meet: on one platform, with one database. */
export interface Field {
  readonly platform: Platform;
  readonly database: DatabaseKind;
  /** What else is the same for all. */
  readonly note?: string;
}

export const HAND_WRITTEN: Contender = { name: 'hand-written', script: 'hand-written' };
export const LIBRARY: Contender = { name: 'this library', script: 'library' };
export const BETTER_AUTH: Contender = { name: 'Better Auth', script: 'better-auth' };
export const FLOOR: Contender = { name: 'floor', script: 'floor' };
/** This library's hasher without anything around it. */
export const HASHER: Contender = { name: 'the hasher alone', script: 'hasher' };

/** The same with other settings, and a name that says so. */
export function having(
  contender: Contender,
  env: Readonly<Record<string, string>>,
  name = contender.name,
): Contender {
  return { ...contender, name, env: { ...contender.env, ...env } };
}

export function fieldName({ platform, database, note }: Field): string {
  const platforms = { fastify: 'Fastify', express: 'Express' };
  const databases = { postgres: 'PostgreSQL', sqlite: 'SQLite' };
  return [platforms[platform], databases[database], note].filter(Boolean).join(', ');
}
