import type { Answer } from './client.js';
import type { Host } from './host.js';
import type { Persona } from './persona.js';
import { askForMail } from './recovery.js';

/** Follows the link in the mail that proves an address. */
export function verifyBy(host: Host, token: unknown): Promise<Answer> {
  return host.send({ method: 'POST', path: '/users/verify', body: { token } });
}

/** Asks for the mail as its owner does, and reads it. */
export async function verificationOf({ host, email }: Persona): Promise<string> {
  await askForMail(host, 'request-verify-token', email);
  const token = (await host.events.verificationTokens(email)).at(-1);
  if (token === undefined) throw new Error(`No mail is due to ${email}.`);
  return token;
}
