import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Message } from '../../harness/client.js';
import { newEmail } from '../../harness/leaks.js';
import type { FaultApp, Mail } from './fault-app.js';

/** Everybody's. */
export const PASSWORD = 'correct horse battery';

/** What a login has handed out, as it is sent back. */
export interface Wallet {
  readonly headers: Readonly<Record<string, string>>;
  /** What a refresh needs. */
  readonly refresh: Pick<Message, 'headers' | 'body'>;
}

/** Somebody with an account of an application that things happen to. */
export class Person {
  private constructor(
    private readonly app: FaultApp,
    readonly id: string,
    readonly email: string,
  ) {}

  static async register(app: FaultApp): Promise<Person> {
    const email = newEmail();
    const body = { email, password: PASSWORD };
    const answer = await app.send({ method: 'POST', path: '/users/register', body });
    if (answer.status !== 201) throw new Error(`Nobody can register: ${answer.text}`);
    return new Person(app, String(answer.body.id), email);
  }

  /** The same person at another application, with the same database. */
  at(app: FaultApp): Person {
    return new Person(app, this.id, this.email);
  }

  /** @throws Error if it is refused */
  async login(backend: string): Promise<Wallet> {
    const answer = await this.tryLogin(backend);
    if (answer.status !== 200 && answer.status !== 204)
      throw new Error(`Nobody can log in by ${backend}: ${answer.status} ${answer.text}`);
    return walletOf(answer);
  }

  tryLogin(backend: string): Promise<Answer> {
    return this.app.send(this.loginBy(backend));
  }

  loginBy(backend: string): Message {
    const body = { username: this.email, password: PASSWORD };
    return { method: 'POST', path: `/users/login/${backend}`, headers: OWN_SITE, body };
  }

  async changeOfAddress(): Promise<Message> {
    const { headers } = await this.login('stored');
    const body = { email: newEmail('wish'), currentPassword: PASSWORD };
    return { method: 'PATCH', path: '/users/me', headers, body };
  }

  /** The next mail for this person, once something has been asked for. */
  async mailAfter(ask: Message): Promise<Mail> {
    const known = this.#mails().length;
    const { status, text } = await this.app.send(ask);
    if (status >= 300) throw new Error(`${ask.path}: ${status} ${text}`);
    for (let tries = 0; tries < 500; tries++) {
      const mail = this.#mails()[known];
      if (mail) return mail;
      await sleep(10);
    }
    throw new Error(`${ask.path}: no mail`);
  }

  #mails(): Mail[] {
    return this.app.mails.filter(({ email }) => email === this.email);
  }
}

/** Browsers say where a request comes from. */
const OWN_SITE = { 'sec-fetch-site': 'same-origin' };

function walletOf({ body, cookies }: Answer): Wallet {
  if (cookies.length === 0) {
    return {
      headers: { authorization: `Bearer ${body.access_token as string}` },
      refresh: { body: { refresh_token: body.refresh_token as unknown } },
    };
  }
  const headers = { ...OWN_SITE, cookie: cookies.map((all) => all.split(';')[0]).join('; ') };
  return { headers, refresh: { headers } };
}
