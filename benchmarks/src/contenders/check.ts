import assert from 'node:assert/strict';
import type { ServerProcess } from '../processes/server-process.js';
import { EMAIL, PASSWORD } from '../servers/environment.js';
import type { Ask, AskName } from '../servers/ready.js';
import type { Contender } from './contender.js';

type Body = Record<string, unknown>;

/** So that nobody is measured answering errors, or answering less than the others. */
export async function check({ name, script }: Contender, server: ServerProcess): Promise<void> {
  const { origin, asks } = server.ready;
  const shapes: Partial<Record<AskName, (body: Body) => void>> =
    script === 'better-auth' ? betterAuth : ours;
  for (const question of Object.keys(asks) as AskName[]) {
    const ask = server.ask(question);
    const { status, body } = await answerTo(origin, ask);
    assert.equal(
      status,
      ask.status,
      `${name}: ${question} was answered ${status}: ${JSON.stringify(body)}`,
    );
    shapes[question]?.(body);
  }
  await assertRefusals(name, server);
}

const FIELDS = ['email', 'id', 'isActive', 'isSuperuser', 'isVerified'];

/** The library, the hand-written code and the floor answer the same fields. */
const ours = {
  me: isUser,
  meStored: isUser,
  register: isUser,
  byEmail: (body: Body) => isPage(body, 1),
  firstPage: (body: Body) => isPage(body, 50),
  deepPage: (body: Body) => isPage(body, 50),
  login: (body: Body) =>
    assert.deepEqual(Object.keys(body).toSorted(), ['access_token', 'expires_in', 'token_type']),
};

function isUser(body: Body): void {
  assert.deepEqual(Object.keys(body).toSorted(), FIELDS);
  assert.match(String(body['email']), /@example\.com$/);
  assert.deepEqual([body['isActive'], body['isSuperuser']], [true, false]);
}

function isPage({ items, nextCursor }: Body, length: number): void {
  assert.ok(Array.isArray(items) && items.length === length, `A page of ${length}`);
  assert.equal(nextCursor !== null, length > 1);
  for (const item of items as Body[]) isUser(item);
}

/** Better Auth has fields of its own, and answers the session beside the user. */
const betterAuth = {
  me: ({ session, user }: { session?: Body; user?: Body }) => {
    assert.equal(user?.['email'], EMAIL);
    assert.equal(session?.['userId'], user?.['id']);
  },
  register: ({ user }: { user?: Body }) => assert.match(String(user?.['email']), /@example\.com$/),
  login: ({ token, user }: { token?: unknown; user?: Body }) => {
    assert.equal(typeof token, 'string');
    assert.equal(user?.['email'], EMAIL);
  },
} as Partial<Record<AskName, (body: Body) => void>>;

/** Who is nobody gets nothing. */
async function assertRefusals(name: string, { ready: { origin, asks } }: ServerProcess) {
  if (asks.me) {
    const { status, body } = await answerTo(origin, { ...asks.me, headers: {} });
    assert.ok(status === 401 || body === null, `${name} answers to strangers: ${status}`);
  }
  if (asks.login) {
    const wrong = asks.login.body?.replace(PASSWORD, 'something else 77');
    const { status } = await answerTo(origin, { ...asks.login, ...(wrong && { body: wrong }) });
    assert.ok(status === 400 || status === 401, `${name}: a wrong password was answered ${status}`);
  }
}

async function answerTo(origin: string, { method, path, headers, body }: Ask) {
  const text = body?.replaceAll('{n}', `check${Date.now()}`);
  const answer = await fetch(origin + path, {
    method,
    ...(headers && { headers }),
    ...(text !== undefined && { body: text }),
  });
  const raw = await answer.text();
  return { status: answer.status, body: (raw ? JSON.parse(raw) : null) as Body };
}
