import { AuthBackend, type Backend } from '../auth/auth-backend.js';
import type { Backends } from '../auth/backends.js';
import type { NotedOperation, OpenApiDocument } from './document.js';
import { identifier } from './identifier.js';
import type { SecurityScheme } from './security-scheme.js';
import { securityScheme } from './security-schemes.js';
import type { UsersModules } from './users-modules.js';

/** A backend, and the name of its security scheme. */
export interface Credential {
  readonly backend: Backend;
  readonly scheme: string;
}

/** The backends of an application as a document sees them. */
export class Credentials {
  readonly #byModule: ReadonlyMap<Backends, readonly Credential[]>;

  constructor(
    private readonly modules: UsersModules,
    private readonly document: OpenApiDocument,
    private readonly operations: readonly NotedOperation[],
  ) {
    const all = modules.all();
    const names = all.flatMap((backends) => backends.all()).map(({ name }) => name);
    const schemeOf = (backends: Backends, { name }: Backend): string => {
      const isShared = names.indexOf(name) !== names.lastIndexOf(name);
      return identifier(isShared ? modules.pathOf(backends) : '', name);
    };
    this.#byModule = new Map(
      all.map((backends) => [
        backends,
        backends.all().map((backend) => ({ backend, scheme: schemeOf(backends, backend) })),
      ]),
    );
  }

  /** Those that the routes of a controller ask for. */
  of(controller: Function): Credential[] {
    return this.modules.of(controller).flatMap((backends) => this.#byModule.get(backends) ?? []);
  }

  /**
   * By name: that of the backend, preceded by the path of its module where backends of two modules
   * share it.
   */
  schemes(): Record<string, SecurityScheme> {
    const schemes = [...this.#byModule].flatMap(([backends, credentials]) =>
      credentials.map(({ backend, scheme }) => [
        scheme,
        securityScheme(backend, this.#loginOf(backends, backend)),
      ]),
    );
    return Object.fromEntries(schemes) as Record<string, SecurityScheme>;
  }

  /** The address of a backend's login: with the global prefix, the version and the module's path. */
  #loginOf(backends: Backends, backend: Backend): string | undefined {
    const login = this.operations.find(({ notes }) =>
      notes.some(
        ({ kind, controller }) =>
          kind === 'login' && this.modules.of(controller).includes(backends),
      ),
    );
    if (!login || !(backend instanceof AuthBackend)) return undefined;
    return basePath(this.document) + login.path.replace('{backend}', backend.name);
  }
}

/** What the first server of the document puts before all paths. */
function basePath({ servers }: OpenApiDocument): string {
  const url = servers?.[0]?.url;
  if (url === undefined || !URL.canParse(url, 'http://localhost')) return '';
  return new URL(url, 'http://localhost').pathname.replace(/\/+$/, '');
}
