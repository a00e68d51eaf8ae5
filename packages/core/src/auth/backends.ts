import { BackendNotFoundError } from '../exceptions/request.errors.js';
import type { PublicJwk } from '../tokens/jwk.js';
import type { AuthenticateOptions } from './authenticator.js';
import { AuthBackend, Backend } from './auth-backend.js';

/** The backends of a module, in the order in which they are asked. */
export class Backends {
  readonly #all: readonly Backend[];
  readonly #byName: ReadonlyMap<string, Backend>;
  /** Whether all of them ask nobody but the stores whom a credential belongs to. */
  readonly areOwn: boolean;
  /** Whether some of them keep sessions. */
  readonly haveSessions: boolean;

  /** @throws TypeError for an empty list, a repeated name, a cookie that two backends share, or two keys of one id */
  constructor(backends: readonly Backend[]) {
    const isList = Array.isArray(backends) && backends.length > 0;
    if (!isList || !backends.every((backend) => backend instanceof Backend)) {
      throw new TypeError(
        'UsersModule needs a list of backends, at least one. Write ' +
          '`backends: [new AuthBackend({ name, transport, strategy })]`.',
      );
    }
    refuseRepeated(
      'backends',
      backends.map(({ name }) => name),
    );
    refuseRepeated('backends with a cookie or header', backends.flatMap(placeOf));
    refuseRepeated(
      'different keys',
      distinct(backends.flatMap(keysOf)).map(({ kid }) => kid),
    );
    this.#all = [...backends];
    this.#byName = new Map(backends.map((backend) => [backend.name, backend]));
    const own = backends.filter((backend) => backend instanceof AuthBackend);
    this.areOwn = own.length === backends.length;
    this.haveSessions = own.some(({ strategy }) => strategy.store !== undefined);
  }

  all(): readonly Backend[] {
    return this.#all;
  }

  /** The value of `WWW-Authenticate` for a route that asks these backends (RFC 9110, 11.6.1). */
  challenge({ backends }: AuthenticateOptions = {}): string {
    const challenges = this.chosen({ backends }).map(({ challenge }) => challenge);
    return [...new Set(challenges)].join(', ');
  }

  /** @throws TypeError for an unknown name */
  chosen({ backends }: AuthenticateOptions): readonly Backend[] {
    return backends ? this.named(backends) : this.all();
  }

  /** The public halves of all keys, each once. */
  publicKeys(): PublicJwk[] {
    return distinct(this.all().flatMap(keysOf));
  }

  /** The backends of these names, in their configured order. @throws TypeError for an unknown name */
  named(names: readonly string[]): readonly Backend[] {
    for (const name of names) {
      if (!this.#byName.has(name)) {
        const known = [...this.#byName.keys()].join(', ');
        throw new TypeError(`There is no backend "${name}". Configured are: ${known}.`);
      }
    }
    return this.all().filter(({ name }) => names.includes(name));
  }

  /** @throws BackendNotFoundError */
  get(name: string): Backend {
    const backend = this.#byName.get(name);
    if (!backend) throw new BackendNotFoundError();
    return backend;
  }

  /** A backend with login and logout. @throws BackendNotFoundError */
  withLogin(name: string): AuthBackend {
    const backend = this.get(name);
    if (backend instanceof AuthBackend) return backend;
    throw new BackendNotFoundError();
  }
}

/** Where a credential stands that only one backend can use. */
function placeOf(backend: Backend): string[] {
  if (!(backend instanceof AuthBackend)) return [];
  const { description } = backend.transport;
  return description.kind === 'bearer' ? [] : [`${description.kind} ${description.name}`];
}

function keysOf(backend: Backend): readonly PublicJwk[] {
  return backend instanceof AuthBackend ? backend.strategy.publicKeys : [];
}

/** Several backends may sign with one key. */
function distinct(keys: readonly PublicJwk[]): PublicJwk[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

function refuseRepeated(what: string, names: readonly string[]): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new TypeError(`UsersModule has two ${what} named "${repeated}". Give each its own name.`);
  }
}
