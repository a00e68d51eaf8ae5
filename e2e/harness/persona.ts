import type { Answer, Message } from './client.js';
import type { Host } from './host.js';
import { newEmail, newPassword } from './leaks.js';

/** By which credential a person proves who they are. */
export type BackendName = 'jwt' | 'cookie' | StoredBackendName;
export type StoredBackendName = 'opaque' | 'session' | 'listed';
export const backends: readonly ('jwt' | 'cookie')[] = ['jwt', 'cookie'];

/** Somebody with an account who can be logged in. */
export class Persona {
  #credential: Record<string, string> = {};

  constructor(
    readonly host: Host,
    readonly id: string,
    readonly email: string,
    public password: string,
    readonly backend: BackendName,
  ) {}

  /** The headers of the credential; none before the login. */
  get credential(): Record<string, string> {
    return this.#credential;
  }

  async login(password = this.password, headers = {}): Promise<Answer> {
    const answer = await this.host.send({
      method: 'POST',
      path: `/users/login/${this.backend}`,
      headers,
      body: { username: this.email, password },
    });
    this.adopt(answer);
    return answer;
  }

  /** Takes the credential out of an answer, as a browser or an app would. */
  adopt(answer: Answer): void {
    const credential = credentialOf(answer);
    if (credential) this.#credential = credential;
  }

  send(message: Message): Promise<Answer> {
    return this.host.send({ ...message, headers: { ...this.#credential, ...message.headers } });
  }

  me(): Promise<Answer> {
    return this.send({ path: '/users/me' });
  }
}

/** The credential that an answer hands out, as request headers. */
export function credentialOf({ body, cookies }: Answer): Record<string, string> | undefined {
  const token = (body as { access_token?: string } | undefined)?.access_token;
  if (token) return { authorization: `Bearer ${token}` };
  const pair = cookies[0]?.split(';')[0];
  return pair ? { cookie: pair, 'sec-fetch-site': 'same-origin' } : undefined;
}

/** Creates an account through the service, with any privileges, and logs in. */
export async function newcomer(
  host: Host,
  backend: BackendName = 'jwt',
  rights: { isSuperuser?: boolean; isVerified?: boolean; isActive?: boolean } = {},
): Promise<Persona> {
  const [email, password] = [newEmail(), newPassword()];
  const user = await host.users.create({ email, password, ...rights });
  const persona = new Persona(host, String(user.id), email, password, backend);
  if (rights.isActive !== false) await persona.login();
  return persona;
}
