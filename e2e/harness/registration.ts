import type { Answer } from './client.js';
import type { Host } from './host.js';
import { newEmail, newPassword } from './leaks.js';

/** Registers as anybody can. */
export function register(
  host: Host,
  { email = newEmail(), password = newPassword(), ...more }: Record<string, unknown> = {},
): Promise<Answer> {
  const body = { email, password, ...more };
  return host.send({ method: 'POST', path: '/users/register', body });
}
