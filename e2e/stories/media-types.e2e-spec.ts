import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { tokenOf } from '../harness/doors.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Types that a page of another site can send without asking, and look-alikes of the right one. */
const refused: readonly (string | undefined)[] = [
  undefined,
  '',
  'text/plain',
  'text/plain; charset=utf-8',
  'text/plain; application/json',
  'text/json',
  'text/html',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'application/xml',
  'application/jsonp',
  'application/json5',
  'application/json-patch+json',
  'application/ld+json',
  'application/json/',
  'application/json\ta',
  'application/json a',
  'application/json, text/plain',
  'text/plain, application/json',
  'application/json; charset=utf-7',
  'application/json; charset=iso-8859-1',
  'application',
  '/json',
  '*/*',
  'json',
];

const accepted = [
  'application/json',
  'APPLICATION/JSON',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json ; charset="utf-8"',
];

const FORM = 'application/x-www-form-urlencoded';

interface Sender {
  readonly host: Host;
  readonly persona: Persona;
  readonly cookie: string;
}

/** A route that reads a body, a body that it would accept, and whether it has done so. */
interface Route {
  readonly name: string;
  readonly request: (
    sender: Sender,
  ) => Promise<{ method: string; path: string; body: object; headers?: Record<string, string> }>;
  readonly status: number;
}

const routes: readonly Route[] = [
  {
    name: 'register',
    status: 201,
    request: async () => post('/users/register', { email: newEmail(), password: newPassword() }),
  },
  {
    name: 'login by cookie',
    status: 204,
    request: async ({ persona: { email, password } }) =>
      post('/users/login/cookie', { username: email, password }),
  },
  {
    name: 'login by bearer',
    status: 200,
    request: async ({ persona: { email, password } }) =>
      post('/users/login/jwt', { username: email, password }),
  },
  {
    name: 'forgot password',
    status: 202,
    request: async ({ persona: { email } }) => post('/users/forgot-password', { email }),
  },
  {
    name: 'reset password',
    status: 200,
    request: async ({ host }) => {
      const { email } = await newcomer(host);
      await host.users.forgotPassword(email);
      const token = (await host.events.resetTokens(email)).at(-1);
      return post('/users/reset-password', { token, password: newPassword() });
    },
  },
  {
    name: 'me by cookie',
    status: 200,
    request: async ({ cookie }) => ({
      method: 'PATCH',
      path: '/users/me',
      body: { firstName: 'Anna' },
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    }),
  },
  {
    name: 'administration by bearer',
    status: 200,
    request: async ({ persona }) => ({
      method: 'PATCH',
      path: `/users/${persona.id}`,
      body: { firstName: 'Anna' },
      headers: persona.credential,
    }),
  },
];

tell('Media types of bodies', [everyPlatform[0]!, everyPlatform.at(-1)!], (stage) => {
  let sender: Sender;
  beforeAll(async () => {
    const persona = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    const cookie = `__Host-users-cookie=${await tokenOf(persona, 'cookie')}`;
    sender = { host: stage.host, persona, cookie };
  });

  async function sendAs(route: Route, type: string | undefined): Promise<Answer> {
    const { body, headers, ...message } = await route.request(sender);
    return stage.host.send({
      ...message,
      headers: { ...headers, ...(type !== undefined && { 'content-type': type }) },
      body: type === FORM ? new URLSearchParams(body as never).toString() : JSON.stringify(body),
    });
  }

  /** What a change would leave: rows, their columns, events. */
  async function traces(): Promise<unknown> {
    const rows = await stage.host.dataSource.getRepository(stage.host.entity).find();
    return JSON.stringify(rows);
  }

  describe.each(routes)('$name', (route) => {
    it.each(accepted)('CK-04: control: %s is read', async (type) => {
      expect((await sendAs(route, type)).status).toBe(route.status);
    });

    it.each([...refused, ...(route.name === 'login by bearer' ? [] : [FORM])])(
      'CK-04: %j is 415, and nothing happens',
      async (type) => {
        // Whatever the preparation changes has changed before.
        const message = await route.request(sender);
        const prepared: Route = { ...route, request: async () => message };
        const before = await traces();
        const events = await stage.host.events.during(async () => {
          const answer = await sendAs(prepared, type);
          expect([answer.status, answer.cookies]).toEqual([415, []]);
          expect(answer.body).toMatchObject({ statusCode: 415 });
        });
        expect(events).toEqual([]);
        expect(await traces()).toBe(before);
      },
    );
  });

  it('CK-04: a form logs in at a bearer backend, as OAuth 2 has it', async () => {
    const route = routes.find(({ name }) => name === 'login by bearer')!;
    expect((await sendAs(route, FORM)).status).toBe(200);
  });
});

function post(path: string, body: object) {
  return { method: 'POST', path, body };
}
