import type { MountedRoute } from '../harness/mounted-routes.js';
import type { FuzzRequest } from './requests.js';
import type { FuzzAnswer } from './wire.js';

/** Refusals that come before anything is asked of the user's data. */
const SHALLOW = new Set([
  ...['VALIDATION_FAILED', 'MALFORMED_BODY', 'PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'],
  ...['UNAUTHORIZED', 'FORBIDDEN', 'CSRF_REJECTED', 'BACKEND_NOT_FOUND', 'TOO_MANY_ATTEMPTS'],
]);

/** How far requests came. */
export class Tally {
  readonly statuses = new Map<number, number>();
  readonly #codes = new Map<string, number>();
  readonly #reached = new Map<MountedRoute, number>();
  #deep = 0;
  #all = 0;

  count({ route, wrong }: FuzzRequest, { status, text }: FuzzAnswer): void {
    this.#all++;
    increase(this.statuses, status);
    const code = /^\{"statusCode":\d+,"code":"(\w+)"/.exec(text)?.[1];
    if (code) increase(this.#codes, code);
    const isDone = status >= 200 && status < 300;
    if (isDone || (code !== undefined && !SHALLOW.has(code))) this.#deep++;
    if (isDone && !wrong.includes('method')) increase(this.#reached, route);
  }

  /** How many requests got as far as the user's data, of all. */
  get depth(): number {
    return this.#deep / this.#all;
  }

  /** Routes that have never done what they are there for. */
  unreached(routes: readonly MountedRoute[]): MountedRoute[] {
    return routes.filter((route) => !this.#reached.has(route));
  }

  /** How many error codes were seen. */
  get codes(): readonly string[] {
    return [...this.#codes.keys()].toSorted();
  }

  /** One line for people. */
  toString(): string {
    const classes = new Map<string, number>();
    for (const [status, count] of this.statuses) {
      increase(classes, status === 0 ? 'broken' : `${Math.floor(status / 100)}xx`, count);
    }
    const parts = [...classes].toSorted().map(([name, count]) => `${name} ${count}`);
    const deep = `${Math.round(this.depth * 100)} % reached the data`;
    return `${this.#all} requests: ${parts.join(', ')}; ${deep}; ${this.codes.length} error codes`;
  }
}

function increase<K>(map: Map<K, number>, key: K, by = 1): void {
  map.set(key, (map.get(key) ?? 0) + by);
}
