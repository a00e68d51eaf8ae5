import {
  UserEmailChangeRequestedEvent,
  UserForgotPasswordEvent,
  UserVerificationRequestedEvent,
} from '@nestjs-users/core';
import type { Host } from '../harness/host.js';
import { newEmail } from '../harness/leaks.js';
import { mountedRoutes } from '../harness/mounted-routes.js';
import type { Actor, Cast } from './cast.js';
import type { Random } from './random.js';

/** What a mail is about. */
export type MailKind = 'reset' | 'verify' | 'confirm' | 'cancel';

/** The mails of an application: where another address counts at once, none is about that. */
export function mailKindsOf({ app }: Host): readonly MailKind[] {
  const isConfirmed = mountedRoutes(app).includes('POST /users/confirm-email-change');
  return ['reset', 'verify', ...(isConfirmed ? (['confirm', 'cancel'] as const) : [])];
}

/** A token of a kind as the application has just mailed it to one of the cast; a stale one if it sent none. */
export async function mailedToken(kind: MailKind, cast: Cast, random: Random): Promise<string> {
  const actor = kind === 'verify' ? await cast.hire('newcomer') : cast.pick(random, 'user');
  const token = await ask(kind, actor, cast);
  if (token !== undefined) return token;
  await cast.revive(actor);
  return (await ask(kind, await cast.hire('user'), cast)) ?? 'a.b.c';
}

async function ask(kind: MailKind, actor: Actor, cast: Cast): Promise<string | undefined> {
  const { host } = cast;
  const post = (route: string) =>
    host.send({ method: 'POST', path: `/users/${route}`, body: { email: actor.email } });
  if (kind === 'reset') {
    await post('forgot-password');
    return (await latest(cast, UserForgotPasswordEvent, actor))?.token;
  }
  if (kind === 'verify') {
    await post('request-verify-token');
    return (await latest(cast, UserVerificationRequestedEvent, actor))?.token;
  }
  const { headers } = await cast.wallet(actor, 'jwt');
  const body = { email: newEmail('wish'), currentPassword: actor.password };
  await host.send({ method: 'PATCH', path: '/users/me', headers, body });
  const event = await latest(cast, UserEmailChangeRequestedEvent, actor);
  return kind === 'confirm' ? event?.token : event?.cancelToken;
}

type Mail =
  | typeof UserForgotPasswordEvent
  | typeof UserVerificationRequestedEvent
  | typeof UserEmailChangeRequestedEvent;

async function latest<T extends Mail>({ host }: Cast, type: T, { id }: Actor) {
  const events = await host.events.of(type);
  return events.findLast(({ user }) => String(user.id) === id);
}
