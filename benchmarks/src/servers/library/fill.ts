import type { DataSource } from 'typeorm';
import { crowd } from '../environment.js';
import { User } from './user.js';

/** The crowd, as the adapter would have stored it. */
export async function insertCrowd(dataSource: DataSource): Promise<void> {
  const users = dataSource.getRepository(User);
  const rows = crowd().map((email) =>
    users.create({ email, canonicalEmail: email, securityStamp: 'x'.repeat(22) }),
  );
  await users.save(rows, { chunk: 100 });
}

/** So many users and sessions, by PostgreSQL itself; their ids in the order of time, as UUIDs of version 7. */
export async function generate(dataSource: DataSource, users: number): Promise<void> {
  await dataSource.query(`
    insert into users (id, email, "canonicalEmail", "securityStamp")
    select (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 1, 3)
              || '8' || substr(md5(n::text), 4, 15))::uuid,
           'user' || n || '@example.com', 'user' || n || '@example.com', md5(n::text)
    from generate_series(1, ${users}) n`);
  await dataSource.query(`
    insert into user_sessions (id, digest, subject, fingerprint, backend,
                               "createdAt", "lastUsedAt", "expiresAt", "endsAt")
    select md5('session' || n), encode(sha256(n::text::bytea), 'hex'), u.id, u."securityStamp",
           'stored', at, at, at + 604800000, at + 2592000000
    from (select id, "securityStamp", row_number() over () n,
                 (extract(epoch from now()) * 1000)::bigint as at from users) u`);
  // Otherwise PostgreSQL would do it by itself, while it is measured.
  await dataSource.query('vacuum analyze users, user_sessions');
}
