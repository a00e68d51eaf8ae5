import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Machine, machine } from './machine.js';

/** What is kept of one work load until it is measured again. */
export interface Stored {
  readonly measuredAt: string;
  readonly machine: Machine;
  /** What the environment said of rounds, seconds, platforms and so on: nothing, for a page to publish. */
  readonly changed: readonly string[];
  readonly raw: unknown;
}

const CHANGES = ['ROUNDS', 'SECONDS', 'PLATFORMS', 'DATABASES', 'SIZES', 'USERS'];

const directory = join(import.meta.dirname, '..', 'results');

export async function store(id: string, raw: unknown): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const result: Stored = {
    measuredAt: new Date().toISOString(),
    machine: await machine(),
    changed: CHANGES.filter((name) => process.env[name] !== undefined).map(
      (name) => `${name}=${process.env[name]}`,
    ),
    raw,
  };
  writeFileSync(join(directory, `${id}.json`), `${JSON.stringify(result)}\n`);
}

export function stored(id: string): Stored | undefined {
  const file = join(directory, `${id}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Stored) : undefined;
}
