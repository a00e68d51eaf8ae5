import type { DataSource } from 'typeorm';

/** What must not have happened. */
export interface Reconciliation {
  /** Writes that were acknowledged and are not there. */
  readonly lost: string[];
  /** Writes that are there twice. */
  readonly duplicate: string[];
  /** Sessions that were ended and still open a door. */
  readonly failOpen: string[];
  /** Users without what the same transaction should have written. */
  readonly half: string[];
}

/** Keeps what the application has acknowledged, and looks afterwards whether it is true. */
export class Ledger {
  readonly #registered: string[] = [];
  /** Values that may stand there: the one acknowledged last, and those that were sent since. */
  readonly #nicknames = new Map<string, string[]>();
  readonly #ended: string[] = [];

  readonly #unanswered = new Set<string>();

  registering(email: string): void {
    this.#unanswered.add(email);
  }

  answered(email: string): void {
    this.#unanswered.delete(email);
  }

  /** Who is registered and was never told: allowed where a process was killed, and nowhere else. */
  async untold(database: DataSource): Promise<string[]> {
    const users = await database.query<{ email: string }[]>('SELECT email FROM users');
    return users.map(({ email }) => email).filter((email) => this.#unanswered.has(email));
  }

  registered(email: string): void {
    this.#registered.push(email);
  }

  renaming(email: string, nickname: string): void {
    this.#nicknames.set(email, [...(this.#nicknames.get(email) ?? []), nickname]);
  }

  renamed(email: string, nickname: string): void {
    this.#nicknames.set(email, [nickname]);
  }

  loggedOut(token: string): void {
    this.#ended.push(token);
  }

  /** @param opens - whether a token still opens a door */
  async reconcile(
    database: DataSource,
    opens: (token: string) => Promise<boolean>,
  ): Promise<Reconciliation> {
    const users = await database.query<{ email: string; nickname: string | null }[]>(
      'SELECT email, nickname FROM users',
    );
    const counts = new Map<string, number>();
    for (const { email } of users) counts.set(email, (counts.get(email) ?? 0) + 1);
    const nicknames = new Map(users.map(({ email, nickname }) => [email, nickname]));
    const failOpen: string[] = [];
    for (const token of this.#ended) if (await opens(token)) failOpen.push(token);
    const profiles = await database.query<{ userId: number | string }[]>('SELECT * FROM profiles');
    const ids = await database.query<{ id: number; email: string }[]>(
      'SELECT id, email FROM users',
    );
    const whole = new Set(profiles.map(({ userId }) => String(userId)));
    return {
      lost: [
        ...this.#registered.filter((email) => !counts.has(email)),
        ...[...this.#nicknames].flatMap(([email, allowed]) =>
          allowed.includes(nicknames.get(email) ?? '') ? [] : [`${email}: ${allowed.join()}`],
        ),
      ],
      duplicate: [...counts].filter(([, count]) => count > 1).map(([email]) => email),
      failOpen,
      half: ids.filter(({ id }) => !whole.has(String(id))).map(({ email }) => email),
    };
  }
}

/** What a reconciliation must be. */
export const HONEST: Reconciliation = { lost: [], duplicate: [], failOpen: [], half: [] };
