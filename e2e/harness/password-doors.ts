import { AuthService } from '@nestjs-users/core';
import type { Answer, Message } from './client.js';
import type { Host } from './host.js';
import { newEmail, newPassword } from './leaks.js';
import { newcomer } from './persona.js';

/** A request that carries a password, ready to be sent. */
export interface PasswordRequest {
  /** Whose password it is. */
  readonly email: string;
  send(): Promise<Answer>;
}

/** A password, or how to make it of the address of whom it is for. */
export type Choice = string | ((email: string) => string);

/** A route by which a password can be set. */
export interface SettingDoor {
  readonly name: string;
  /** The code of its refusals. */
  readonly code: string;
  /** The status of success. */
  readonly status: number;
  /** Makes ready a request that sets this password, or the one made of the account's address. */
  prepare(host: Host, password: Choice): Promise<PasswordRequest>;
}

const choose = (choice: Choice, email: string): string =>
  typeof choice === 'string' ? choice : choice(email);

const json = (method: string, path: string, body: object, headers = {}): Message => ({
  method,
  path,
  body,
  headers,
});

/** Every route by which a password can be set, in the order of the routes. */
export const settingDoors: readonly SettingDoor[] = [
  {
    name: 'POST /register',
    code: 'REGISTER_INVALID_PASSWORD',
    status: 201,
    prepare: async (host, choice) => {
      const email = newEmail();
      const body = { email, password: choose(choice, email) };
      const message = json('POST', '/users/register', body);
      return { email, send: () => host.send(message) };
    },
  },
  {
    name: 'POST /reset-password',
    code: 'RESET_PASSWORD_INVALID_PASSWORD',
    status: 200,
    prepare: async (host, choice) => {
      const { email } = await newcomer(host);
      await host.users.forgotPassword(email);
      const token = (await host.events.resetTokens(email)).at(-1);
      const body = { token, password: choose(choice, email) };
      const message = json('POST', '/users/reset-password', body);
      return { email, send: () => host.send(message) };
    },
  },
  {
    name: 'PATCH /me',
    code: 'UPDATE_USER_INVALID_PASSWORD',
    status: 200,
    prepare: async (host, choice) => {
      const persona = await newcomer(host, 'cookie');
      const password = choose(choice, persona.email);
      const body = { password, currentPassword: persona.password };
      const message = json('PATCH', '/users/me', body, persona.credential);
      return { email: persona.email, send: () => host.send(message) };
    },
  },
  {
    name: 'PATCH /{id}',
    code: 'UPDATE_USER_INVALID_PASSWORD',
    status: 200,
    prepare: async (host, choice) => {
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      const { email, id } = await newcomer(host);
      const body = { password: choose(choice, email) };
      const message = json('PATCH', `/users/${id}`, body, admin.credential);
      return { email, send: () => host.send(message) };
    },
  },
];

/** A route by which a password is proven. */
export interface ProvingDoor {
  readonly name: string;
  /** The code for a wrong one. */
  readonly code: string;
  /** Makes ready a request that proves to be somebody by this password. */
  prepare(host: Host, email: string, password: unknown): Promise<PasswordRequest>;
}

/** Every route by which a password is proven. */
export const provingDoors: readonly ProvingDoor[] = [
  ...['jwt', 'cookie'].map((backend) => ({
    name: `POST /login/${backend}`,
    code: 'LOGIN_BAD_CREDENTIALS',
    prepare: async (host: Host, email: string, password: unknown) => {
      const message = json('POST', `/users/login/${backend}`, { username: email, password });
      return { email, send: () => host.send(message) };
    },
  })),
  {
    name: 'PATCH /me, currentPassword',
    code: 'UPDATE_USER_BAD_CURRENT_PASSWORD',
    prepare: async (host, email, password) => {
      const user = await host.users.getByEmail(email);
      const { body: token = {} } = await host.app.get(AuthService).issue(user, 'jwt');
      const headers = { authorization: `Bearer ${String(token['access_token'])}` };
      const body = { password: newPassword(), currentPassword: password };
      const message = json('PATCH', '/users/me', body, headers);
      return { email, send: () => host.send(message) };
    },
  },
];
