import { describe, expect, it } from 'vitest';
import { atOnce, newAddress, statuses } from '../harness/attempts.js';
import type { Message } from '../harness/client.js';
import { pendingChange } from '../harness/email-change.js';
import { expectError } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { askForMail } from '../harness/recovery.js';
import { refreshBackends } from '../harness/refreshing.js';
import { allRoutes, nameOf, type Route, routes } from '../harness/routes.js';
import { everyPlatform, tell } from '../harness/tell.js';
import { verificationOf } from '../harness/verification.js';

const PER_ADDRESS = 100;
const PER_ACCOUNT = 10;

/** What is sent to a route, beside its method and path. */
type Sent = Pick<Message, 'body' | 'headers'>;

interface LimitedRoute {
  readonly route: string;
  /** How often it may be tried. */
  readonly max: number;
  /** What is tried, again and again, and what each is answered. */
  readonly attempt: (persona: Persona) => Sent;
  readonly answer: number;
  /** What would be right, and what it is answered where it is not the limit that answers. */
  readonly right: (persona: Persona) => Sent | Promise<Sent>;
  readonly rightAnswer: number;
  /** Whether a password is hashed for that. */
  readonly isHashed?: true;
}

const body = (fields: object): Sent => ({ body: fields });
const noToken = () => body({ token: 'x.y.z' });
const wishOf = (currentPassword: string) => body({ currentPassword, password: newPassword() });
const asked = { attempt: () => body({ email: newEmail() }), answer: 202, rightAnswer: 202 };
const owner = ({ credential: headers }: Persona, { body: fields }: Sent) => ({
  headers,
  body: fields,
});

const limited: readonly LimitedRoute[] = [
  {
    route: 'POST /users/register',
    max: PER_ADDRESS,
    attempt: () => body({ email: newEmail(), password: newPassword() }),
    answer: 201,
    right: () => body({ email: newEmail(), password: newPassword() }),
    rightAnswer: 201,
    isHashed: true,
  },
  {
    route: 'POST /users/login/:backend',
    max: PER_ADDRESS,
    attempt: () => body({ username: newEmail(), password: 'wrong horse' }),
    answer: 400,
    right: ({ email, password }) => body({ username: email, password }),
    rightAnswer: 200,
    isHashed: true,
  },
  {
    route: 'POST /users/forgot-password',
    max: PER_ADDRESS,
    ...asked,
    right: ({ email }) => body({ email }),
  },
  {
    route: 'POST /users/request-verify-token',
    max: PER_ADDRESS,
    ...asked,
    right: ({ email }) => body({ email }),
  },
  {
    route: 'POST /users/reset-password',
    max: PER_ADDRESS,
    attempt: () => body({ token: 'x.y.z', password: newPassword() }),
    answer: 400,
    right: async ({ host, email }) => {
      await askForMail(host, 'forgot-password', email);
      const [token] = await host.events.resetTokens(email);
      return body({ token, password: newPassword() });
    },
    rightAnswer: 200,
    isHashed: true,
  },
  {
    route: 'POST /users/verify',
    max: PER_ADDRESS,
    attempt: noToken,
    answer: 400,
    right: async (persona) => body({ token: await verificationOf(persona) }),
    rightAnswer: 200,
  },
  {
    route: 'POST /users/confirm-email-change',
    max: PER_ADDRESS,
    attempt: noToken,
    answer: 400,
    right: async (persona) => body({ token: (await pendingChange(persona)).token }),
    rightAnswer: 200,
  },
  {
    route: 'POST /users/cancel-email-change',
    max: PER_ADDRESS,
    attempt: noToken,
    answer: 400,
    right: async (persona) => body({ token: (await pendingChange(persona)).cancelToken }),
    rightAnswer: 204,
  },
  {
    // Tokens of a session that lives are never counted, wherever they come from.
    route: 'POST /users/refresh/:backend',
    max: PER_ADDRESS,
    attempt: () => body({ refresh_token: 'x.y.z' }),
    answer: 401,
    right: () => body({ refresh_token: 'x.y.z' }),
    rightAnswer: 401,
  },
  {
    route: 'PATCH /users/me',
    max: PER_ACCOUNT,
    attempt: (persona) => owner(persona, wishOf('wrong horse')),
    answer: 400,
    right: (persona) => owner(persona, wishOf(persona.password)),
    rightAnswer: 200,
    isHashed: true,
  },
  {
    route: 'DELETE /users/me',
    max: PER_ACCOUNT,
    attempt: (persona) => owner(persona, body({ currentPassword: 'wrong horse' })),
    answer: 400,
    right: (persona) => owner(persona, body({ currentPassword: persona.password })),
    rightAnswer: 204,
    isHashed: true,
  },
];

/** Whether something can be guessed there, or caused, by somebody who is not yet believed. */
const canBeTried = ({ who, fields = [] }: Route): boolean =>
  who === 'anyone' ||
  who === 'refresh token' ||
  (who === 'user' && fields.includes('currentPassword'));

const messageOf = (route: string, sent: Sent, from?: string): Message => {
  const [method = '', path = ''] = route.split(' ');
  const backend = path.includes('refresh') ? 'mobile' : 'jwt';
  return { ...sent, method, path: path.replace(':backend', backend), ...(from && { from }) };
};

describe('The table of limited routes', () => {
  it('RL-01: has every route where something can be tried', () => {
    const tried = routes.filter(canBeTried).map(nameOf);
    expect(limited.map(({ route }) => route).toSorted()).toEqual(tried.toSorted());
  });
});

tell(
  'Limits of which nobody has said anything',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    it.each(limited)(
      'RL-01: $route is answered $max times, and then refused before anything is hashed',
      async ({ route, max, attempt, answer, right, rightAnswer, isHashed }) => {
        const { host } = stage;
        const anna = await newcomer(host);
        const from = newAddress();
        const send = (sent: Sent, address?: string) => host.send(messageOf(route, sent, address));
        const answers = await atOnce(max, () => send(attempt(anna), from));
        expect(new Set(statuses(answers))).toEqual(new Set([answer]));

        const sent = await right(anna);
        const hashed = host.hasher.calls;
        const refusal = await send(sent, from);
        expectError(refusal, 429, 'TOO_MANY_ATTEMPTS');
        expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(850);
        expect(Number(refusal.headers['retry-after'])).toBeLessThanOrEqual(900);
        expect(host.hasher.calls).toBe(hashed);

        // From where the owner has logged in, the same is what it always was.
        expect((await send(sent)).status).toBe(rightAnswer);
        expect(host.hasher.calls > hashed).toBe(isHashed === true);
      },
    );
  },
  {
    usualLimits: true,
    backends: refreshBackends,
    extras: { ...allRoutes, emailChange: 'confirmed' },
  },
);
