import { getMigrations } from 'better-auth/db/migration';
import { crowd, EMAIL, PASSWORD } from '../environment.js';
import { type Ask, type AskName, get, post } from '../ready.js';
import { auth } from './auth.js';

/** Makes and fills the tables, and says what can be asked. */
export async function seed(origin: string): Promise<Partial<Record<AskName, Ask>>> {
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const { adapter } = await auth.$context;
  for (const email of crowd()) {
    const now = new Date();
    await adapter.create({
      model: 'user',
      data: { email, name: 'User', emailVerified: false, createdAt: now, updatedAt: now },
    });
  }
  await auth.api.signUpEmail({ body: { name: 'Somebody', email: EMAIL, password: PASSWORD } });
  // As a browser would say it.
  const headers = { 'content-type': 'application/json', origin };
  const login = asked(
    post('/api/auth/sign-in/email', { email: EMAIL, password: PASSWORD }, 200),
    headers,
  );
  const body = { name: 'Somebody', email: '{n}@example.com', password: PASSWORD };
  return {
    me: get('/api/auth/get-session', { cookie: await cookie(origin, login) }),
    login,
    register: asked(post('/api/auth/sign-up/email', body, 200), headers),
  };
}

function asked(ask: Ask, headers: Ask['headers']): Ask {
  return { ...ask, ...(headers && { headers }) };
}

/** As a browser would send it back. */
async function cookie(origin: string, { path, method, headers, body }: Ask): Promise<string> {
  const answer = await fetch(origin + path, { method, headers, body } as RequestInit);
  if (!answer.ok) throw new Error(`Nobody could log in: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');
}
