import { newEmail, newPassword } from '../../harness/leaks.js';
import type { FaultApp } from './fault-app.js';

/** What a mailed token is good for, once. */
export const ERRANDS = ['reset', 'verify'] as const;
export type Errand = (typeof ERRANDS)[number];

/** What has become of a token. Anything else is told in full, and wrong. */
export type Verdict = 'used' | 'unused';

/** Somebody with a mailed token, who uses it while something happens to the application. */
export class Recipient {
  readonly #email = newEmail();
  readonly #old = newPassword();
  readonly #new = newPassword();
  #token = '';
  /** 0: nobody answered. */
  status = 0;

  private constructor(private readonly errand: Errand) {}

  static async register(app: FaultApp, errand: Errand): Promise<Recipient> {
    const recipient = new Recipient(errand);
    await recipient.#fetch(app);
    return recipient;
  }

  /** Sends the token. */
  async use(app: FaultApp): Promise<number> {
    const [path, body] = {
      reset: ['reset-password', { token: this.#token, password: this.#new }],
      verify: ['verify', { token: this.#token }],
    }[this.errand] as [string, object];
    this.status = await this.#post(app, path, body).then(
      ({ status }) => status,
      () => 0,
    );
    return this.status;
  }

  /** Looks what has become of it: either it has done its work, or it still can; never both. */
  async judge(app: FaultApp): Promise<Verdict | string> {
    const acknowledged = this.status;
    const found = await this.#find(app);
    const again = await this.use(app);
    if (found === 'used' && again === 400) return 'used';
    if (found === 'unused' && again === 200 && acknowledged !== 200) return 'unused';
    return `${this.errand}: answered ${acknowledged}, found ${found}, used again ${again}`;
  }

  async #find(app: FaultApp): Promise<string> {
    const before = await this.#login(app, this.#old);
    if (this.errand === 'reset') {
      const after = await this.#login(app, this.#new);
      const opens = [before.status, after.status].join();
      return { '200,400': 'unused', '400,200': 'used' }[opens] ?? `passwords ${opens}`;
    }
    const headers = { authorization: `Bearer ${before.body.access_token as string}` };
    const me = await app.send({ path: '/users/me', headers });
    return me.body.isVerified === true ? 'used' : 'unused';
  }

  async #fetch(app: FaultApp): Promise<void> {
    const email = this.#email;
    await this.#post(app, 'register', { email, password: this.#old });
    const path = { reset: 'forgot-password', verify: 'request-verify-token' }[this.errand];
    await this.#post(app, path, { email });
    this.#token = await app.mailed(email);
  }

  #login(app: FaultApp, password: string) {
    return this.#post(app, 'login/jwt', { username: this.#email, password });
  }

  #post(app: FaultApp, path: string, body: object) {
    return app.send({ method: 'POST', path: `/users/${path}`, body });
  }
}
