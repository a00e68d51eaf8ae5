import { newEmail } from '../../harness/leaks.js';
import type { FaultApp } from './fault-app.js';
import {
  anonymous,
  askForMail,
  changeOfAddress,
  loginBy,
  mailed,
  mailedOfChange,
  ofSuperuser,
  own,
  type Prepare,
  refreshBy,
} from './outage-requests.js';
import { PASSWORD } from './people.js';

/** What an application may have to do without. */
export type Part = 'database' | 'redis';

/** A request to a route, what it cannot do without, and what is answered when all is well. */
export interface OutageCase {
  /** `GET /users/me`, as the router has it. */
  readonly route: string;
  /** What is special about this one. */
  readonly detail: string;
  readonly needs: readonly Part[];
  readonly good: number;
  readonly prepare: Prepare;
}

const none: readonly Part[] = [];
const database: readonly Part[] = ['database'];
/** Sessions are in the database and in Redis: who asks for all of them asks both. */
const both: readonly Part[] = ['database', 'redis'];
const backends: readonly (readonly [name: string, needs: readonly Part[]])[] = [
  ['jwt', database],
  ['stored', database],
  ['mobile', database],
  ['web', database],
  ['redis', both],
  ['shop', both],
];
const byCookie = ['web', 'shop'];
const registration = () => ({ email: newEmail(), password: PASSWORD });

/** Each kind of request to each route. */
export const outageCases: readonly OutageCase[] = [
  one('GET /health', none, 200, anonymous()),
  one('GET /users/.well-known/jwks.json', none, 200, anonymous()),
  one('POST /users/register', database, 201, anonymous(registration)),
  one(
    'POST /users/register',
    none,
    422,
    anonymous(() => ({ email: 5 })),
    'bad body',
  ),
  ...backends.flatMap(([name, needs]) => {
    const good = byCookie.includes(name) ? 204 : 200;
    return [
      one('POST /users/login/:backend', needs, good, loginBy(name), name),
      // A token that nobody keeps goes on until it expires, which 202 says.
      one(
        'POST /users/logout/:backend',
        needs,
        name === 'jwt' ? 202 : 204,
        own(undefined, name),
        name,
      ),
      one('GET /users/me', needs, 200, own(undefined, name), name),
    ];
  }),
  one('POST /users/refresh/:backend', database, 200, refreshBy('mobile'), 'mobile'),
  one('POST /users/refresh/:backend', database, 204, refreshBy('web'), 'web'),
  one('POST /users/forgot-password', database, 202, askForMail),
  one(
    'POST /users/reset-password',
    database,
    200,
    mailed('forgot-password', { password: 'another good one' }),
  ),
  one(
    'POST /users/reset-password',
    none,
    400,
    anonymous(() => ({ token: 'x', password: 'another good one' })),
    'bad token',
  ),
  one('POST /users/request-verify-token', database, 202, askForMail),
  one('POST /users/verify', database, 200, mailed('request-verify-token')),
  one('POST /users/confirm-email-change', database, 200, mailedOfChange('token')),
  one('POST /users/cancel-email-change', database, 204, mailedOfChange('cancelToken')),
  one('GET /users/me', none, 401, anonymous(), 'nobody'),
  one('PATCH /users/me', database, 200, own({ nickname: 'new' })),
  one('PATCH /users/me', database, 200, changeOfAddress, 'another address'),
  one('DELETE /users/me', database, 204, own({ currentPassword: PASSWORD })),
  one('GET /users/me/export', database, 200, own()),
  one('GET /users/me/sessions', both, 200, own()),
  one('DELETE /users/me/sessions/:sessionId', both, 204, own()),
  one('POST /users/me/sessions/revoke-others', database, 200, own()),
  one('GET /users', database, 200, ofSuperuser()),
  one('GET /users/:id', database, 200, ofSuperuser()),
  one('PATCH /users/:id', database, 200, ofSuperuser({ nickname: 'given' })),
  one('DELETE /users/:id', database, 204, ofSuperuser()),
  one('POST /users/:id/forgot-password', database, 202, ofSuperuser()),
  one('GET /users/:id/sessions', both, 200, ofSuperuser()),
  one('DELETE /users/:id/sessions/:sessionId', both, 204, ofSuperuser()),
  one('POST /users/:id/sessions/revoke-all', database, 204, ofSuperuser()),
];

/** Routes that an application has, and of which nobody has written down what to expect. */
export function unexpected({ routes }: FaultApp, cases: readonly OutageCase[]): string[] {
  const known = cases.map(({ route }) => route);
  // What is elsewhere is this harness' own.
  const ours = routes.filter((route) => route.includes(' /users'));
  // HEAD is answered by the route of GET.
  return ours.filter((route) => !known.includes(route.replace(/^HEAD/, 'GET')));
}

/** How a case is called in tables. */
export function nameOf({ route, detail }: OutageCase): string {
  return detail === '' ? route : `${route}, ${detail}`;
}

function one(
  route: string,
  needs: readonly Part[],
  good: number,
  prepare: Prepare,
  detail = '',
): OutageCase {
  return { route, needs, good, prepare, detail };
}
