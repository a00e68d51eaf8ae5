import { randomBytes } from 'node:crypto';
import type { AuthBackend, TokenStore } from '@nestjs-users/core';
import type { Answer } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { refreshBackends } from '../harness/refreshing.js';
import { sessionBackends } from '../harness/session-backends.js';
import { type MailKind, mailKindsOf } from './mailbox.js';
import type { Random } from './random.js';

/** Who takes part, and how many of them. */
const ROLES = { user: 6, superuser: 4, newcomer: 3, inactive: 1 } as const;
export type Role = keyof typeof ROLES;

export const bearers = ['jwt', 'opaque', 'listed', 'mobile'] as const;
export const cookies = ['cookie', 'session', 'web'] as const;
export const backends = [...bearers, ...cookies] as const;
export type Backend = (typeof backends)[number];

/** Every kind of token by both transports, and both kinds of refresh tokens. */
export function fuzzedBackends(store: TokenStore): AuthBackend[] {
  const all = [...sessionBackends(store), ...refreshBackends(store)];
  return all.filter(({ name }, index) => all.findIndex((one) => one.name === name) === index);
}

/** What one login has handed out. */
export interface Wallet {
  /** As a header would carry it. */
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `refresh_token` of a body, and the headers of one. */
  readonly refresh?: string;
  readonly refreshHeaders: Readonly<Record<string, string>>;
}

/** Somebody with an account, who knows how to log in. */
export class Actor {
  readonly wallets = new Map<Backend, Wallet>();

  constructor(
    readonly role: Role,
    readonly id: string,
    readonly email: string,
    readonly password: string,
  ) {}
}

/** All people of a run. Who was deleted, locked out or robbed of a password on the way is replaced. */
export class Cast {
  readonly #actors: Actor[] = [];
  /** Who has the rights of a superuser: from the start, or by the word of one. */
  readonly superusers = new Set<string>();

  /** What mails there are to read. */
  readonly mailKinds: readonly MailKind[];

  private constructor(readonly host: Host) {
    this.mailKinds = mailKindsOf(host);
  }

  static async gather(host: Host): Promise<Cast> {
    const cast = new Cast(host);
    for (const role of Object.keys(ROLES) as Role[]) {
      for (let count = 0; count < ROLES[role]; count++) cast.#actors.push(await cast.hire(role));
    }
    return cast;
  }

  /** Somebody who plays a part, or anybody who is active: who is not shall stay so. */
  pick(random: Random, role?: Role): Actor {
    const plays = (actor: Actor) => (role ? actor.role === role : actor.role !== 'inactive');
    return random.pick(this.#actors.filter((actor) => plays(actor)));
  }

  /** What somebody has of a backend: of the last login, or of one that is made now. */
  async wallet(actor: Actor, backend: Backend): Promise<Wallet> {
    const known = actor.wallets.get(backend) ?? walletOf(await this.#login(actor, backend));
    const wallet = known ?? {
      token: randomBytes(20).toString('hex'),
      headers: {},
      refreshHeaders: {},
    };
    if (known) actor.wallets.set(backend, wallet);
    return wallet;
  }

  /** Somebody whose good credential was refused: logged in anew, or replaced where that is refused too. */
  async revive(actor: Actor): Promise<void> {
    actor.wallets.clear();
    const index = this.#actors.indexOf(actor);
    if (index < 0) return;
    const { headers } = await this.wallet(actor, 'jwt');
    const path = actor.role === 'superuser' ? '/users?limit=1' : '/users/me';
    const { status } = await this.host.send({ path, headers });
    if (status !== 200) this.#actors[index] = await this.hire(actor.role);
  }

  /** Somebody new. */
  async hire(role: Role): Promise<Actor> {
    const [email, password] = [newEmail(), newPassword()];
    const { id } = await this.host.users.create({
      ...{ email, password },
      isSuperuser: role === 'superuser',
      isVerified: role !== 'newcomer',
      isActive: role !== 'inactive',
    });
    if (role === 'superuser') this.superusers.add(String(id));
    return new Actor(role, String(id), email, password);
  }

  #login({ email: username, password }: Actor, backend: Backend): Promise<Answer> {
    return this.host.send({
      method: 'POST',
      path: `/users/login/${backend}`,
      headers: { 'sec-fetch-site': 'same-origin' },
      body: { username, password },
    });
  }
}

function walletOf({ body, cookies: set }: Answer): Wallet | undefined {
  const [access = '', refreshCookie = ''] = set.map((cookie) => cookie.split(';')[0] ?? '');
  if (access) {
    const site = { 'sec-fetch-site': 'same-origin' };
    return {
      token: access.slice(access.indexOf('=') + 1),
      headers: { cookie: access, ...site },
      refreshHeaders: { cookie: refreshCookie, ...site },
    };
  }
  const token = body?.access_token as string | undefined;
  if (!token) return undefined;
  return {
    ...{ token, headers: { authorization: `Bearer ${token}` } },
    ...(body.refresh_token && { refresh: body.refresh_token as string }),
    refreshHeaders: {},
  };
}
