import { AuthBackend, BearerTransport, JwtTokenStrategy } from '@nestjs-users/core';
import { MemoryTokenStore } from '@nestjs-users/testing';
import { backendDoor, bearerHeader, type Door, doors, opens } from './doors.js';
import { type Host, SECRET } from './host.js';
import type { Persona } from './persona.js';
import { pairFor, type RefreshingName, refreshWith } from './refreshing.js';
import { sessionBackends } from './session-backends.js';

/** Every kind of token by both transports. */
export function allBackends(): AuthBackend[] {
  const store = new MemoryTokenStore();
  // A grace for as long as a story takes: a token that is shown twice was not stolen.
  const strategy = new JwtTokenStrategy({ secret: SECRET, store, refresh: { graceSeconds: 600 } });
  const mobile = new AuthBackend({ name: 'mobile', transport: new BearerTransport(), strategy });
  return [...sessionBackends(store), mobile];
}

/** `POST /refresh/{backend}`, on a host that has the route. */
export function refreshDoor(backend: RefreshingName): Door {
  return {
    name: `refresh ${backend}`,
    genuine: async (persona) => (await pairFor(persona, backend)).refresh,
    show: (host, token) => refreshWith(host, backend, token),
    isOpen: ({ status }) => {
      if (![200, 204, 401].includes(status)) throw new Error(`Neither yes nor no: ${status}`);
      return status !== 401;
    },
  };
}

/** The doors of a host with these backends. */
export const allDoors: readonly Door[] = [
  ...doors,
  backendDoor('opaque', bearerHeader),
  backendDoor('listed', bearerHeader),
  backendDoor('mobile', bearerHeader),
  refreshDoor('mobile'),
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
