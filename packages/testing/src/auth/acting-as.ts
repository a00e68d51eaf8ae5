import { AuthService, type BaseUser, type TransportResponse } from '@nestjs-users/core';
import type { INestApplicationContext } from '@nestjs/common';

/** Options of {@link actingAs}. @publicApi */
export interface ActingAsOptions {
  /** Name of the backend whose credential is wanted. */
  backend: string;
  /** Which service makes it, if several modules have a backend of this name. */
  auth?: AuthService;
}

/**
 * The headers that make a request one of this user: a real credential of the application's own
 * backend, made without login route, password and login listeners. Knows backends that answer with a
 * bearer token or a cookie.
 *
 * @example
 * const headers = await actingAs(app, user, { backend: 'jwt' });
 * await request(app.getHttpServer()).get('/users/me').set(headers).expect(200);
 * @throws BadCredentialsError if the user is gone or inactive
 * @publicApi
 */
export async function actingAs(
  app: INestApplicationContext,
  user: BaseUser,
  { backend, auth = authServiceOf(app, backend) }: ActingAsOptions,
): Promise<Record<string, string>> {
  // A copy is judged by what is stored now. With the object itself, a password that was changed since
  // the test received it would count as a credential that has ended.
  return headersOf(await auth.issue({ ...user }, backend));
}

function authServiceOf(app: INestApplicationContext, backend: string): AuthService {
  const services = app.get<AuthService>(AuthService, { strict: false, each: true });
  const fitting = services.filter((service) => hasBackend(service, backend));
  if (fitting.length === 1 && fitting[0]) return fitting[0];
  throw new Error(
    fitting.length === 0
      ? `actingAs: no UsersModule of the application has a backend "${backend}".`
      : `actingAs: ${fitting.length} modules have a backend "${backend}". Say which one by \`auth\`.`,
  );
}

function hasBackend(service: AuthService, name: string): boolean {
  try {
    return service.backend(name).name === name;
  } catch {
    return false;
  }
}

function headersOf({ headers, body }: TransportResponse): Record<string, string> {
  const cookies = headers.filter(([name]) => name.toLowerCase() === 'set-cookie');
  if (cookies.length > 0) {
    const pairs = cookies.map(([, cookie]) => cookie.split(';', 1)[0]);
    // What a browser says of a page of the same origin; without it, unsafe methods are refused.
    return { cookie: pairs.join('; '), 'sec-fetch-site': 'same-origin' };
  }
  const token = body?.['access_token'];
  if (typeof token === 'string') return { authorization: `Bearer ${token}` };
  throw new Error(
    'actingAs: the backend answers with neither a cookie nor an access_token. ' +
      'Take what it answers from AuthService.issue() and write the headers yourself.',
  );
}
