import type { Message } from '../../harness/client.js';
import type { FaultApp } from './fault-app.js';
import { Person, type Wallet } from './people.js';

/** An application, and a superuser of it. */
export interface Town {
  readonly app: FaultApp;
  readonly superuser: Wallet;
}

/** Gets ready whatever a request to a route needs, as long as all is well. */
export type Prepare = (town: Town, route: string) => Promise<Message>;

/** Without a credential. */
export const anonymous =
  (body?: () => object): Prepare =>
  async (_, route) => ({ ...messageTo(route), ...(body && { body: body() }) });

/** With a credential of somebody new. */
export const own =
  (body?: object, backend = 'stored'): Prepare =>
  async ({ app }, route) => {
    const { headers } = await (await Person.register(app)).login(backend);
    const sessionId = route.includes(':sessionId') ? await sessionOf(app, headers) : '';
    return { ...messageTo(route, { backend, sessionId }), headers, ...(body && { body }) };
  };

/** About somebody new, by the superuser. */
export const ofSuperuser =
  (body?: object): Prepare =>
  async ({ app, superuser: { headers } }, route) => {
    const person = await Person.register(app);
    const wallet = await person.login('stored');
    const sessionId = await sessionOf(app, wallet.headers);
    return {
      ...messageTo(route, { id: person.id, sessionId }),
      headers,
      ...(body && { body }),
    };
  };

/** By somebody new, who knows the password. */
export const loginBy =
  (backend: string): Prepare =>
  async ({ app }) =>
    (await Person.register(app)).loginBy(backend);

export const refreshBy =
  (backend: string): Prepare =>
  async ({ app }, route) => {
    const { refresh } = await (await Person.register(app)).login(backend);
    return { ...messageTo(route, { backend }), ...refresh };
  };

/** Somebody new asks for a mail. */
export const askForMail: Prepare = async ({ app }, route) => {
  const { email } = await Person.register(app);
  return { ...messageTo(route), body: { email } };
};

/** With the token of a mail that somebody new has asked for. */
export const mailed =
  (ask: string, more?: object): Prepare =>
  async ({ app }, route) => {
    const person = await Person.register(app);
    const body = { email: person.email };
    const { token } = await person.mailAfter({ ...messageTo(`POST /users/${ask}`), body });
    return { ...messageTo(route), body: { token, ...more } };
  };

/** Somebody new wants another address, */
export const changeOfAddress: Prepare = async ({ app }) =>
  (await Person.register(app)).changeOfAddress();

/** and follows one of the two links that were mailed. */
export const mailedOfChange =
  (which: 'token' | 'cancelToken'): Prepare =>
  async ({ app }, route) => {
    const person = await Person.register(app);
    const mail = await person.mailAfter(await person.changeOfAddress());
    return { ...messageTo(route), body: { token: mail[which] } };
  };

function messageTo(
  route: string,
  { id = '', backend = '', sessionId = '' } = {},
): Pick<Message, 'method' | 'path'> {
  const [method = '', path = ''] = route.split(' ');
  const values: Record<string, string> = { id, backend, sessionId };
  return { method, path: path.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? '') };
}

async function sessionOf(app: FaultApp, headers: Wallet['headers']): Promise<string> {
  const { body } = await app.send({ path: '/users/me/sessions', headers });
  return (body.items as { id: string }[])[0]!.id;
}
