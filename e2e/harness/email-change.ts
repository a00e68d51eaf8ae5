import { UserEmailChangeRequestedEvent } from '@nestjs-users/core';
import { expect } from 'vitest';
import type { Answer } from './client.js';
import type { Host, HostOptions } from './host.js';
import { newEmail } from './leaks.js';
import type { Persona } from './persona.js';

/** A host where new addresses wait for their confirmation, as often as a story likes. */
export const CONFIRMED = {
  extras: { emailChange: 'confirmed' },
  options: { mailLimit: false },
} as const satisfies HostOptions;

/** Asks for another address, as its owner does. */
export function askFor(persona: Persona, email: string, more: object = {}): Promise<Answer> {
  const body = { email, currentPassword: persona.password, ...more };
  return persona.send({ method: 'PATCH', path: '/users/me', body });
}

/** Follows the link in the mail to the new address. */
export function confirmChange(host: Host, token: unknown): Promise<Answer> {
  return host.send({ method: 'POST', path: '/users/confirm-email-change', body: { token } });
}

/** Follows the link in the mail to the old address. */
export function cancelChange(host: Host, token: unknown): Promise<Answer> {
  return host.send({ method: 'POST', path: '/users/cancel-email-change', body: { token } });
}

/** The mails about a change of address that were due for a user, the latest last. */
export async function changesOf({ host, id }: Persona): Promise<UserEmailChangeRequestedEvent[]> {
  const events = await host.events.of(UserEmailChangeRequestedEvent);
  return events.filter(({ user }) => String(user.id) === id);
}

/** Brings a change of address under way, and reads both mails. */
export async function pendingChange(
  persona: Persona,
  email = newEmail('new'),
): Promise<UserEmailChangeRequestedEvent> {
  const answer = await askFor(persona, email);
  expect(answer.status).toBe(200);
  return persona.host.events.captured.next(UserEmailChangeRequestedEvent, {
    where: ({ user, newEmail: asked }) => String(user.id) === persona.id && asked === email,
  });
}
