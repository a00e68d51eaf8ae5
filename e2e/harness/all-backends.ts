import type { AuthBackend } from '@nestjs-users/core';
import { backendDoor, bearerHeader, type Door, doors, opens } from './doors.js';
import { type Host, usualBackends } from './host.js';
import type { Persona } from './persona.js';
import { storedBackend, StoredTokenStrategy } from './stored-tokens.js';

/** Both kinds of tokens by both transports: the usual backends, and two with stored tokens. */
export function allBackends(tokens = new StoredTokenStrategy()): AuthBackend[] {
  return [
    ...usualBackends(),
    storedBackend('opaque', 'bearer', tokens),
    storedBackend('session', 'cookie', tokens),
  ];
}

/** The doors of a host with these backends. */
export const allDoors: readonly Door[] = [
  ...doors,
  backendDoor('opaque', bearerHeader),
  backendDoor('session', (token) => ({ cookie: `__Host-users-session=${token}` })),
];

/** Tokens, each with the door that it is for. */
export type Tokens = readonly (readonly [Door, string])[];

/** A token of each kind. */
export function tokensOf(persona: Persona): Promise<Tokens> {
  return Promise.all(allDoors.map(async (door) => [door, await door.genuine(persona)] as const));
}

/** The names of the doors that tokens still open. */
export async function openDoors(host: Host, tokens: Tokens): Promise<string[]> {
  const tries = tokens.map(async ([door, token]) =>
    (await opens(door, host, token)) ? [door.name] : [],
  );
  return (await Promise.all(tries)).flat();
}
