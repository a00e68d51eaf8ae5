import Sqlite from 'better-sqlite3';
import { environment } from '../environment.js';
import type { Statements, User } from './statements.js';

type Row = Record<keyof User, string | number>;

export function sqlite(text: string): Statements {
  const file = new Sqlite(environment.file);
  file.pragma('journal_mode = WAL');
  let statement: Sqlite.Statement<unknown[], Row> | undefined;
  const isStored = environment.token === 'database';
  return {
    look(key) {
      statement ??= file.prepare<unknown[], Row>(text.replaceAll(/\$\d/g, '?'));
      const row = isStored ? statement.get(key, Date.now()) : statement.get(key);
      return row && userOf(row);
    },
    async run(sql, values = []) {
      // It knows no boolean values.
      return file.prepare(sql.replaceAll(/\$\d/g, '?')).run(...values);
    },
    async idOf(email) {
      const row = file.prepare<[string], User>('select id from users where email = ?').get(email);
      return String(row?.id);
    },
  };
}

function userOf({ id, email, isActive, isSuperuser, isVerified }: Row): User {
  return {
    id: String(id),
    email: String(email),
    isActive: isActive === 1,
    isSuperuser: isSuperuser === 1,
    isVerified: isVerified === 1,
  };
}
