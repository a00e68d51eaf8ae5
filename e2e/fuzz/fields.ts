import { randomUUID } from 'node:crypto';
import { newEmail, newPassword } from '../harness/leaks.js';
import { type Route, routes } from '../harness/routes.js';
import type { Actor, Cast } from './cast.js';
import { type MailKind, mailedToken } from './mailbox.js';
import type { Random } from './random.js';

/** Every field that any route reads: what a route is sent that nobody has described. */
export const everyField: readonly string[] = [
  ...new Set(routes.flatMap(({ fields }) => fields ?? [])),
];

/** Which mail leads to a route. */
const MAIL_OF: Readonly<Record<string, MailKind>> = {
  '/users/reset-password': 'reset',
  '/users/verify': 'verify',
  '/users/confirm-email-change': 'confirm',
  '/users/cancel-email-change': 'cancel',
};

/** What there is to fill in a body with. */
export interface Scene {
  readonly cast: Cast;
  readonly random: Random;
  readonly path: string;
  /** Who sends the request, or whose account it is about. */
  readonly actor: Actor;
  /** Whether it is to be taken, and to have all that its route reads. */
  readonly isHonest: boolean;
}

type Maker = (scene: Scene) => unknown;

/** A value of each field that a route would take. */
const MAKERS: Readonly<Record<string, Maker>> = {
  email: ({ path, actor, random, isHonest }) => {
    if (path === '/users/register') return newEmail('fuzz');
    if (path === '/users/me' || path === '/users/:id') {
      return isHonest || random.chance(0.7) ? newEmail('moved') : actor.email.toUpperCase();
    }
    return random.chance(0.9) ? actor.email : newEmail('nobody');
  },
  username: ({ actor }) => actor.email,
  password: ({ path, actor }) => (path.startsWith('/users/login') ? actor.password : newPassword()),
  currentPassword: ({ actor }) => actor.password,
  token: ({ path, cast, random }) =>
    mailedToken(MAIL_OF[path] ?? random.pick(cast.mailKinds), cast, random),
  refresh_token: async ({ cast, actor }) => (await cast.wallet(actor, 'mobile')).refresh ?? 'a.b.c',
  grant_type: ({ path }) => (path.startsWith('/users/refresh') ? 'refresh_token' : 'password'),
  firstName: ({ random }) => random.pick(['Anna', 'Ánna', '安娜', "O'Neil", 'a b', '%_%']),
  isActive: () => true,
  isVerified: () => true,
  isSuperuser: ({ random }) => random.chance(0.2),
};

/** A good value of a field; for one that nobody knows, some text. */
export async function goodValue(field: string, scene: Scene): Promise<unknown> {
  return (MAKERS[field] ?? (() => randomUUID()))(scene);
}

/** Fields of a body, as they stand in JSON. */
export type Entry = readonly [field: string, json: string];

/** What no client may set, and what no body has. */
export const FOREIGN: readonly string[] = [
  ...['id', 'isActive', 'isSuperuser', 'isVerified', 'hashedPassword', 'securityStamp', 'role'],
  ...['canonicalEmail', 'createdAt', 'pendingEmail', 'balance', '__proto__', 'constructor', 'x'],
  ...['toString', 'hasOwnProperty', '', ' ', '$where', 'email ', 'Email', 'emaıl', '\0', 'length'],
];

/** A body that the route takes; an honest one has all of its fields. */
export async function goodEntries(
  { path, fields = everyField }: Pick<Route, 'path' | 'fields'>,
  scene: Scene,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const share = path === '/users/:id' || path === '/users/me' ? 0.5 : 0.9;
  for (const field of fields) {
    // Superusers may not set passwords everywhere: what all applications take has none.
    const isUsual = path !== '/users/:id' || field !== 'password';
    const isChosen = scene.random.chance(share) || field === 'currentPassword';
    const isPart = scene.isHonest ? isUsual : isChosen;
    if (isPart) entries.push([field, JSON.stringify(await goodValue(field, scene)) ?? 'null']);
  }
  return entries;
}
