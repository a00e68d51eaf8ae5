import type { FuzzRequest } from './requests.js';
import type { FuzzAnswer } from './wire.js';

/** Keeps account of whom superusers make superusers, while many requests are under way. */
export class Promotions {
  /** Who may be one already: the answer that says so is not there yet. */
  readonly #pending: string[] = [];

  constructor(private readonly superusers: Set<string>) {}

  readonly isSuperuser = (id: string): boolean =>
    this.superusers.has(id) || this.#pending.includes(id);

  /** Before a request is sent. @returns to be called with its answer */
  begin({ route, of, path }: FuzzRequest): (answer: FuzzAnswer) => void {
    // What the body says cannot always be read here: it may be compressed, or in another charset.
    if (route !== 'PATCH /users/:id' || !of || !this.isSuperuser(of.id)) return () => {};
    this.#pending.push(path.split(/[/?;]/)[2] ?? '');
    return ({ text }) => {
      this.#pending.splice(this.#pending.indexOf(path.split(/[/?;]/)[2] ?? ''), 1);
      const [, id] = /"id":"?([\w-]+)"?/.exec(text) ?? [];
      if (id && text.includes('"isSuperuser":true')) this.superusers.add(id);
    };
  }
}
