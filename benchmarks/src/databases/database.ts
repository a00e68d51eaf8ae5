import type { DatabaseKind } from '../settings.js';
import { postgresSchema } from './postgres.js';
import { sqliteFile } from './sqlite.js';

/** A place for the rows of one server, and nobody else's. */
export interface Database {
  /** What the server's environment says of it. */
  readonly env: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

export async function freshDatabase(kind: DatabaseKind): Promise<Database> {
  return kind === 'postgres' ? postgresSchema() : sqliteFile();
}
