import type { User } from '../harness/models.js';
import type { Cast } from './cast.js';

/** What is wrong with the stored users after all that was sent; nothing, if all is well. */
export async function brokenInvariants(cast: Cast): Promise<string[]> {
  const users = await cast.host.stored().getMany();
  return [
    ...users.flatMap((user) => faultsOf(user, cast).map((fault) => `${user.email}: ${fault}`)),
    ...duplicates(users.map(({ canonicalEmail }) => canonicalEmail)),
    ...(users.some(({ isActive, isSuperuser }) => isActive && isSuperuser)
      ? []
      : ['no active superuser is left']),
  ];
}

function faultsOf(user: User, { superusers }: Cast): string[] {
  const flags = [user.isActive, user.isSuperuser, user.isVerified] as unknown[];
  const ours = /^\$insecure-test\$v=1\$[0-9a-f]{32}\$[0-9a-f]{64}$/;
  return [
    ...(flags.every((flag) => typeof flag === 'boolean') ? [] : [`flags are ${flags.join()}`]),
    ...(user.isSuperuser && !superusers.has(String(user.id)) ? ['has become a superuser'] : []),
    ...(user.role === 'member' && user.balance === 0 ? [] : ['has written what is not theirs']),
    ...(ours.test(String(user.hashedPassword)) ? [] : ['has a hash that nobody made']),
    ...(user.securityStamp ? [] : ['has no stamp']),
    ...(user.canonicalEmail && !/[\0-\x20A-Z\x7f]/.test(user.canonicalEmail)
      ? []
      : ['has an address that is not canonical']),
    ...(user.createdAt instanceof Date && !Number.isNaN(user.createdAt.getTime())
      ? []
      : ['was never created']),
  ];
}

function duplicates(addresses: readonly string[]): string[] {
  const seen = new Set<string>();
  return addresses
    .filter((address) => seen.size === seen.add(address).size)
    .map((address) => `${address} is two users'`);
}

/** Words of answers, long enough to be a secret. */
const WORDS = /[\w$=-]{20,}(?:\.[\w-]{20,}\.[\w-]{20,})?/g;

/** Answers in which something stands that no answer may show: a hash, a stamp, the token of a mail. */
export class SecretKeeper {
  readonly #words = new Map<string, string>();

  hear(text: string, from: string): void {
    for (const [word] of text.matchAll(WORDS)) this.#words.set(word, from);
  }

  async betrayed({ host }: Cast): Promise<string[]> {
    const users = await host.stored().getMany();
    const tokens = host.events.all.flatMap((event) => {
      const { token, cancelToken } = event as { token?: string; cancelToken?: string };
      return [token, cancelToken];
    });
    const secrets = [
      ...tokens,
      ...users.flatMap(({ hashedPassword, securityStamp }) => [hashedPassword, securityStamp]),
    ];
    return secrets.flatMap((secret) => {
      const from = secret ? this.#words.get(secret) : undefined;
      return from === undefined ? [] : [`a secret was shown by ${from}`];
    });
  }
}
