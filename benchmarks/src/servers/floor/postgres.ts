import { Pool } from 'pg';
import { environment } from '../environment.js';
import type { Statements, User } from './statements.js';

export function postgres(text: string): Statements {
  const pool = new Pool({
    connectionString: environment.url,
    options: `-c search_path=${environment.schema}`,
  });
  const isStored = environment.token === 'database';
  return {
    async look(key) {
      const values = isStored ? [key, Date.now()] : [key];
      const { rows } = await pool.query<User>({ name: 'look', text, values });
      return rows[0];
    },
    run: (sql, values = []) => pool.query(sql, values),
    async idOf(email) {
      const { rows } = await pool.query<User>('select id from users where email = $1', [email]);
      return String(rows[0]?.id);
    },
  };
}
