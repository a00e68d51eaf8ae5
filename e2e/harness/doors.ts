import type { UserEmailChangeRequestedEvent } from '@nestjs-users/core';
import { IsNull, Not } from 'typeorm';
import type { Answer } from './client.js';
import { cancelChange, changesOf, confirmChange, pendingChange } from './email-change.js';
import type { Host } from './host.js';
import type { Persona } from './persona.js';
import { askForMail, resetBy } from './recovery.js';

/** A place where a token of one kind is accepted. */
export interface Door {
  readonly name: string;
  /** A fresh token of the kind that belongs here. */
  genuine(persona: Persona): Promise<string>;
  /** Shows a token; nothing is changed by it. */
  show(host: Host, token: string): Promise<Answer>;
  /** A log-out everywhere does not shut it: what its tokens prove stays true. */
  readonly survivesRevocation?: true;
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
    await askForMail(host, 'forgot-password', email);
    return (await host.events.resetTokens(email)).at(-1) ?? '';
  },
  show: (host, token) => resetBy(host, token, 'x'),
  isOpen: (answer) =>
    decide(
      answer,
      answer.body?.code === 'RESET_PASSWORD_INVALID_PASSWORD',
      answer.body?.code === 'RESET_PASSWORD_BAD_TOKEN',
    ),
};

/** `POST /verify` for somebody who is verified already: a good token changes nothing. */
const verifyDoor: Door = {
  name: 'verify',
  survivesRevocation: true,
  async genuine({ host, email, id }) {
    await askForMail(host, 'request-verify-token', email);
    const token = (await host.events.verificationTokens(email)).at(-1) ?? '';
    await host.users.update({ id }, { isVerified: true });
    return token;
  },
  show: (host, token) => host.send({ method: 'POST', path: '/users/verify', body: { token } }),
  isOpen: (answer) =>
    decide(
      answer,
      answer.body?.code === 'VERIFY_USER_ALREADY_VERIFIED',
      answer.body?.code === 'VERIFY_USER_BAD_TOKEN',
    ),
};

/** `POST /confirm-email-change`, where somebody else has the address meanwhile. */
const confirmDoor: Door = {
  name: 'confirm',
  async genuine(persona) {
    const { token, newEmail } = await changeUnderWay(persona);
    const { host } = persona;
    if (!(await host.row({ canonicalEmail: newEmail })))
      await host.users.create({ email: newEmail });
    return token;
  },
  show: confirmChange,
  isOpen: (answer) =>
    decide(
      answer,
      answer.body?.code === 'UPDATE_USER_EMAIL_ALREADY_EXISTS',
      answer.body?.code === 'CHANGE_EMAIL_BAD_TOKEN',
    ),
};

/** `POST /cancel-email-change`; what was cancelled is under way again. */
const cancelDoor: Door = {
  name: 'cancel',
  genuine: async (persona) => (await changeUnderWay(persona)).cancelToken,
  async show(host, token) {
    const users = host.dataSource.getRepository(host.entity);
    const waiting = await users.findBy({ pendingEmail: Not(IsNull()) });
    const answer = await cancelChange(host, token);
    for (const { id, pendingEmail } of waiting) {
      if (answer.status === 204) await users.update({ id }, { pendingEmail });
    }
    return answer;
  },
  isOpen: (answer) =>
    decide(answer, answer.status === 204, answer.body?.code === 'CHANGE_EMAIL_BAD_TOKEN'),
};

/** The mails about the one change that a persona has asked for. */
async function changeUnderWay(persona: Persona): Promise<UserEmailChangeRequestedEvent> {
  return (await changesOf(persona)).at(-1) ?? pendingChange(persona);
}

/** The doors of the usual host. */
export const doors: readonly Door[] = [
  backendDoor('jwt', bearerHeader),
  backendDoor('cookie', (token) => ({ cookie: `__Host-users-cookie=${token}` })),
  resetDoor,
];

/** The doors for tokens out of mails, on a host where new addresses wait for their confirmation. */
export const mailDoors: readonly Door[] = [resetDoor, verifyDoor, confirmDoor, cancelDoor];

/** Every door of such a host. */
export const allDoors: readonly Door[] = [...new Set([...doors, ...mailDoors])];

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
