import {
  AuthBackend,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  type JwtRefreshOptions,
  type TokenStore,
} from '@nestjs-users/core';
import type { Answer } from './client.js';
import { parseSetCookie } from './cookies.js';
import { type Host, SECRET, usualBackends } from './host.js';
import type { Persona } from './persona.js';

/** The backends with refresh tokens. */
export const refreshing = ['mobile', 'web'] as const;
export type RefreshingName = (typeof refreshing)[number];

/** A bearer and a cookie backend with refresh tokens, beside the usual ones. */
export function refreshBackends(store: TokenStore, refresh: JwtRefreshOptions = {}): AuthBackend[] {
  const strategy = new JwtTokenStrategy({ secret: SECRET, store, refresh });
  return [
    new AuthBackend({ name: 'mobile', transport: new BearerTransport(), strategy }),
    new AuthBackend({ name: 'web', transport: new CookieTransport(), strategy }),
    ...usualBackends(),
  ];
}

/** What a client holds after a login or a refresh. */
export interface Pair {
  readonly access: string;
  readonly refresh: string;
}

/** The tokens of an answer, from wherever the backend puts them. */
export function pairOf({ body, cookies }: Answer): Pair | undefined {
  if (body?.refresh_token) return { access: body.access_token, refresh: body.refresh_token };
  const values = Object.fromEntries(
    cookies.map((cookie) => parseSetCookie(cookie)).map(({ name, value }) => [name, value]),
  );
  const access = values['__Host-users-web'];
  const refresh = values['__Secure-users-web-refresh'];
  return access && refresh ? { access, refresh } : undefined;
}

export function refreshWith(host: Host, backend: RefreshingName, refresh: string): Promise<Answer> {
  const message = { method: 'POST', path: `/users/refresh/${backend}` };
  if (backend === 'mobile') return host.send({ ...message, body: { refresh_token: refresh } });
  const cookie = `__Secure-users-web-refresh=${refresh}`;
  return host.send({ ...message, headers: { cookie, 'sec-fetch-site': 'same-origin' } });
}

/** Logs somebody in once more. */
export async function pairFor({ host, email, password }: Persona, backend: RefreshingName) {
  const body = { username: email, password };
  const answer = await host.send({ method: 'POST', path: `/users/login/${backend}`, body });
  const pair = pairOf(answer);
  if (!pair) throw new Error(`No refresh token: ${answer.text}`);
  return { answer, ...pair };
}

/** Whether an access token opens `GET /me`. */
export async function isLiving(host: Host, backend: RefreshingName, access: string) {
  const headers =
    backend === 'mobile'
      ? { authorization: `Bearer ${access}` }
      : { cookie: `__Host-users-web=${access}` };
  return (await host.send({ path: '/users/me', headers })).status === 200;
}
