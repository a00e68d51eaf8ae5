import type { AuthBackend } from '@nestjs-users/core';
import { MemoryTokenStore } from '@nestjs-users/testing';
import { backendDoor, bearerHeader, type Door, doors, opens } from './doors.js';
import type { Host } from './host.js';
import type { Persona } from './persona.js';
import { sessionBackends } from './session-backends.js';

/** Every kind of token by both transports. */
export function allBackends(): AuthBackend[] {
  return sessionBackends(new MemoryTokenStore());
}

/** The doors of a host with these backends. */
export const allDoors: readonly Door[] = [
  ...doors,
  backendDoor('opaque', bearerHeader),
  backendDoor('listed', bearerHeader),
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
