import type { DatabaseServer } from './database-server.js';

/** So many users and sessions in one statement each; nobody can log in as them. */
export async function fill(server: DatabaseServer, rows: number, database?: string): Promise<void> {
  for (const statement of STATEMENTS[server.name](rows)) await server.query(statement, database);
}

/** The sessions of the hay are over. */
export async function expire(server: DatabaseServer): Promise<void> {
  const sql = 'UPDATE user_sessions SET "expiresAt" = 1 WHERE "createdAt" = 0';
  await server.query(server.name === 'mariadb' ? sql.replaceAll('"', '`') : sql);
}

/** In milliseconds since 1970, as all of these columns. */
const LATER = Date.now() + 24 * 3_600_000;

const STATEMENTS: Record<DatabaseServer['name'], (rows: number) => string[]> = {
  postgres: (rows) => [
    `INSERT INTO users (email, "canonicalEmail", "securityStamp", "isActive", "isSuperuser",
       "isVerified", "createdAt", "updatedAt")
     SELECT e, e, 'x', true, false, false, now(), now()
     FROM (SELECT 'hay' || n || '@example.org' AS e FROM generate_series(1, ${rows}) n) AS hay`,
    `INSERT INTO user_sessions (id, digest, subject, fingerprint, backend, "createdAt", "lastUsedAt",
       "expiresAt", "endsAt", generation)
     SELECT md5(n::text), encode(sha256(n::text::bytea), 'hex'), n::text, 'x', 'stored', 0, 0, ${LATER}, ${LATER}, 0
     FROM generate_series(1, ${rows}) n`,
    'ANALYZE users',
    'ANALYZE user_sessions',
  ],
  mariadb: (rows) => [
    `INSERT INTO users (email, canonicalEmail, securityStamp, isActive, isSuperuser, isVerified,
       createdAt, updatedAt)
     SELECT e, e, 'x', 1, 0, 0, now(), now()
     FROM (SELECT CONCAT('hay', seq, '@example.org') AS e FROM seq_1_to_${rows}) AS hay`,
    `INSERT INTO user_sessions (id, digest, subject, fingerprint, backend, createdAt, lastUsedAt,
       expiresAt, endsAt, generation)
     SELECT md5(seq), sha2(seq, 256), seq, 'x', 'stored', 0, 0, ${LATER}, ${LATER}, 0 FROM seq_1_to_${rows}`,
    'ANALYZE TABLE users',
    'ANALYZE TABLE user_sessions',
  ],
};
