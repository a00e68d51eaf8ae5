import type { Answer } from './client.js';
import type { Host } from './host.js';

/** Follows the link in the mail about a forgotten password. */
export function resetBy(host: Host, token: unknown, password: string): Promise<Answer> {
  const body = { token, password };
  return host.send({ method: 'POST', path: '/users/reset-password', body });
}

/** Asks for a mail, as whoever knows the address may. */
export function askForMail(
  host: Host,
  route: 'forgot-password' | 'request-verify-token',
  email: unknown,
): Promise<Answer> {
  return host.send({ method: 'POST', path: `/users/${route}`, body: { email } });
}

/** Recovers an account, as only the reader of its mailbox can. */
export async function recover(host: Host, email: string, password: string): Promise<Answer> {
  await askForMail(host, 'forgot-password', email);
  const token = (await host.events.resetTokens(email)).at(-1);
  if (token === undefined) throw new Error(`No mail is due to ${email}.`);
  return resetBy(host, token, password);
}
