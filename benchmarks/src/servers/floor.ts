import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { createSigner, createVerifier } from 'fast-jwt';
import { Pool } from 'pg';
import { emails, environment, SECRET, tellReady } from './ready.js';

// What is left when nothing is left: Fastify, a signature, one prepared statement.

const pool = new Pool({
  connectionString: environment.database,
  options: `-c search_path=${environment.schema}`,
});
await pool.query(
  'create table users (id uuid primary key, email text unique, is_active boolean, is_superuser boolean, is_verified boolean)',
);
for (const email of emails()) {
  await pool.query('insert into users values ($1, $2, true, false, false)', [randomUUID(), email]);
}
const verify = createVerifier({ key: SECRET, algorithms: ['HS256'] });
const text =
  'select id, email, is_active "isActive", is_superuser "isSuperuser", is_verified "isVerified" from users where id = $1';

const app = fastify();
app.get('/users/me', async (request, reply) => {
  try {
    const { sub } = verify(request.headers.authorization?.slice(7) ?? '') as { sub: string };
    const { rows } = await pool.query<{ isActive: boolean }>({ name: 'me', text, values: [sub] });
    if (rows[0]?.isActive) return rows[0];
  } catch {
    // As good as nobody.
  }
  return reply.code(401).send();
});
const origin = await app.listen({ port: 0, host: '127.0.0.1' });
const { rows } = await pool.query<{ id: string }>(
  "select id from users where email = 'user7@example.com'",
);
const token = createSigner({ key: SECRET, expiresIn: 3_600_000 })({ sub: rows[0]?.id });
tellReady({ url: `${origin}/users/me`, headers: { authorization: `Bearer ${token}` } });
