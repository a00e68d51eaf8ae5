import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database.js';

/** A file of its own. */
export async function sqliteFile(): Promise<Database> {
  const directory = await mkdtemp(join(tmpdir(), 'nestjs-users-bench-'));
  return {
    env: { DATABASE: 'sqlite', FILE: join(directory, 'users.sqlite') },
    drop: () => rm(directory, { recursive: true, force: true }),
  };
}
