import type { Answer } from './client.js';
import type { Host } from './host.js';

let last = 1;

/** One of this machine's addresses that nobody else has in a story. */
export function newAddress(): string {
  return `127.7.${Math.floor(++last / 250)}.${(last % 250) + 2}`;
}

/** Tries a password, from an address or through a proxy that names one. */
export function tryPassword(
  host: Host,
  username: unknown,
  password: string,
  { from = '127.0.0.1', forwardedFor }: { from?: string; forwardedFor?: string } = {},
): Promise<Answer> {
  return host.send({
    method: 'POST',
    path: '/users/login/jwt',
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
    body: { username, password },
    from,
  });
}

/** One after the other. */
export async function inTurn<T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index++) results.push(await act(index));
  return results;
}

/** All at the same time. */
export const atOnce = <T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => act(index)));

export const statuses = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status);
