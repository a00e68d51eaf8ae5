import type { DataSource, Repository } from 'typeorm';
import { vi } from 'vitest';
import { type Answer, type Message, send } from './client.js';
import type { User } from './models.js';
import type { AppProcess, ReportedEvent } from './processes.js';
// @ts-expect-error -- plain JavaScript, which the processes run as it stands
import { Users } from './process-user.mjs';
import { race, type RaceAnswer, type Racer } from './race.js';

/** How often each race is run. */
export const ROUNDS = 30;

const PASSWORD = 'correct horse battery';
let counter = 0;

/** Somebody who is logged in. */
export interface Runner {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Two processes on one database. */
export class TwoProcesses {
  constructor(
    private readonly processes: readonly AppProcess[],
    private readonly database: DataSource,
  ) {}

  get users(): Repository<User> {
    return this.database.getRepository(Users as never);
  }

  /** Sends a request to one of them. */
  send(message: Message, at = 0): Promise<Answer> {
    return send(this.processes[at]!.origin, message);
  }

  /** Sends requests to both at the same moment. Nothing that a client sends is a 500. */
  async race(racers: readonly Racer[]): Promise<RaceAnswer[]> {
    const answers = await race(
      this.processes.map(({ origin }) => origin),
      racers,
    );
    const failed = answers.find(({ status }) => status >= 500);
    if (failed) throw new Error(`A race made the application fail: ${failed.text}`);
    return answers;
  }

  /** What both have emitted about an address. */
  emitted(event: string, email: string): ReportedEvent[] {
    return this.processes
      .flatMap(({ events }) => events)
      .filter((entry) => entry.event === event && entry.email?.toLowerCase() === email);
  }

  /** Waits until so many events of a kind were emitted, and answers the last one. */
  async event(event: string, email: string, count = 1): Promise<ReportedEvent> {
    const hasCome = (): boolean => this.emitted(event, email).length >= count;
    await vi.waitUntil(hasCome, { timeout: 5000, interval: 5 });
    const events = this.emitted(event, email);
    if (events.length > count) throw new Error(`${event} came ${events.length} times.`);
    return events.at(-1)!;
  }

  newEmail(): string {
    return `race${++counter}@example.org`;
  }

  /** Somebody new, with any rights. */
  async newcomer(rights: Partial<User> = {}): Promise<Runner> {
    const [email, password] = [this.newEmail(), PASSWORD];
    await this.send({ method: 'POST', path: '/users/register', body: { email, password } });
    const user = await this.users.findOneByOrFail({ canonicalEmail: email });
    if (Object.keys(rights).length > 0) await this.users.update({ id: user.id }, rights);
    const headers = (await this.login(email, password)) ?? {};
    return { id: user.id, email, password, headers };
  }

  /** Logs in; nothing where that is refused. */
  async login(
    username: string,
    password: string,
    backend = 'jwt',
  ): Promise<Record<string, string> | undefined> {
    const body = { username, password };
    const answer = await this.send({ method: 'POST', path: `/users/login/${backend}`, body });
    const token = answer.body?.access_token as string | undefined;
    return token === undefined ? undefined : { authorization: `Bearer ${token}` };
  }
}
