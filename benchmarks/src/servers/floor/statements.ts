import { randomUUID } from 'node:crypto';
import { environment } from '../environment.js';

/** What everybody shows of a user. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly isActive: boolean;
  readonly isSuperuser: boolean;
  readonly isVerified: boolean;
}

/** One database, with statements that are prepared once. */
export interface Statements {
  /** By id, or by the digest of a token. */
  look(key: string): Promise<User | undefined> | User | undefined;
  run(sql: string, values?: unknown[]): Promise<unknown>;
  idOf(email: string): Promise<string>;
}

const COLUMNS =
  'u.id, u.email, u.is_active "isActive", u.is_superuser "isSuperuser", u.is_verified "isVerified"';

export const LOOK =
  environment.token === 'database'
    ? `select ${COLUMNS} from sessions s join users u on u.id = s.user_id where s.digest = $1 and s.expires_at > $2`
    : `select ${COLUMNS} from users u where u.id = $1`;

const statements: Statements =
  environment.database === 'sqlite'
    ? (await import('./sqlite.js')).sqlite(LOOK)
    : (await import('./postgres.js')).postgres(LOOK);

export const { look, run, idOf } = statements;

export async function prepare(emails: string[]): Promise<void> {
  if (emails.length === 0) return;
  await run(
    'create table users (id varchar(36) primary key, email text unique, is_active boolean, is_superuser boolean, is_verified boolean)',
  );
  await run(
    'create table sessions (digest varchar(64) primary key, user_id varchar(36) not null, expires_at bigint not null)',
  );
  for (const email of emails) {
    await run('insert into users values ($1, $2, true, false, false)', [randomUUID(), email]);
  }
}
