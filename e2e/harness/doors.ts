import type { Answer } from './client.js';
import type { Host } from './host.js';
import type { Persona } from './persona.js';

/** A place where a token of one kind is accepted. */
export interface Door {
  readonly name: string;
  /** A fresh token of the kind that belongs here. */
  genuine(persona: Persona): Promise<string>;
  /** Shows a token; nothing is changed by it. */
  show(host: Host, token: string): Promise<Answer>;
  /** Whether that answer lets the caller in; neither yes nor no is an error. */
  isOpen(answer: Answer): boolean;
}

/** The door of a backend: by default `GET /me`. */
export function backendDoor(
  backend: string,
  headers: (token: string) => Record<string, string>,
  path = '/users/me',
): Door {
  return {
    name: backend,
    genuine: (persona) => tokenOf(persona, backend),
    show: (host, token) => host.send({ path, headers: headers(token) }),
    isOpen: (answer) => decide(answer, answer.status === 200, answer.status === 401),
  };
}

export const bearerHeader = (token: string) => ({ authorization: `Bearer ${token}` });

/** `POST /reset-password` with a password that is too short: a good token survives it. */
const resetDoor: Door = {
  name: 'reset',
  async genuine({ host, email }) {
    await host.send({ method: 'POST', path: '/users/forgot-password', body: { email } });
    return (await host.events.resetTokens(email)).at(-1) ?? '';
  },
  show: (host, token) =>
    host.send({ method: 'POST', path: '/users/reset-password', body: { token, password: 'x' } }),
  isOpen: (answer) =>
    decide(
      answer,
      answer.body?.code === 'RESET_PASSWORD_INVALID_PASSWORD',
      answer.body?.code === 'RESET_PASSWORD_BAD_TOKEN',
    ),
};

/** The doors of the usual host. */
export const doors: readonly Door[] = [
  backendDoor('jwt', bearerHeader),
  backendDoor('cookie', (token) => ({ cookie: `__Host-users-cookie=${token}` })),
  resetDoor,
];

/** Shows a token at a door. */
export async function opens(door: Door, host: Host, token: string): Promise<boolean> {
  return door.isOpen(await door.show(host, token));
}

/** Logs in and takes the token out of the answer. */
export async function tokenOf(persona: Persona, backend: string): Promise<string> {
  const { email: username, password, host } = persona;
  const answer = await host.send({
    method: 'POST',
    path: `/users/login/${backend}`,
    body: { username, password },
  });
  const token = answer.body?.access_token ?? answer.cookies[0]?.split(';')[0]?.split(/=(.*)/s)[1];
  if (typeof token !== 'string') throw new Error(`No token: ${answer.status} ${answer.text}`);
  return token;
}

function decide(answer: Answer, isYes: boolean, isNo: boolean): boolean {
  if (isYes !== isNo) return isYes;
  throw new Error(`The door is neither open nor shut: ${answer.status} ${answer.text}`);
}
