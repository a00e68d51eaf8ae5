import type { Answer } from '../harness/client.js';
import { pairOf } from '../harness/refreshing.js';
import type { Racer } from '../harness/race.js';
import type { TwoProcesses } from '../harness/two-processes.js';

/** The backends of the processes: stored tokens, refresh tokens with a grace, and without one. */
export const kinds = ['opaque', 'mobile', 'strict'] as const;
export type Kind = (typeof kinds)[number];

/** What may happen. `at` says in which process, `which` chooses among the sessions there are. */
export type Step =
  | { readonly do: 'login'; readonly kind: Kind; readonly at: number }
  | {
      readonly do: 'logout' | 'refresh' | 'replay' | 'end';
      readonly which: number;
      readonly at: number;
    }
  | { readonly do: 'revoke' | 'password' | 'deactivate' | 'activate'; readonly at: number }
  | {
      readonly do: 'refresh and logout' | 'refresh twice';
      readonly which: number;
      readonly at: number;
    }
  | { readonly do: 'refresh and revoke'; readonly which: number; readonly at: number };

/** A session as the model sees it. */
interface ModelSession {
  readonly kind: Kind;
  readonly id: string;
  access: string;
  refresh: string | undefined;
  /** Refresh tokens that have a successor. */
  readonly used: string[];
  isAlive: boolean;
}

interface Person {
  readonly id: string;
  readonly email: string;
}

/** A model of one user's sessions, small enough to be seen to be right, beside the real thing. */
export class SessionModel {
  readonly #sessions: ModelSession[] = [];
  #password: string;
  #isActive = true;
  #count = 0;

  constructor(
    private readonly two: TwoProcesses,
    private readonly admin: Readonly<Record<string, string>>,
    private readonly person: Person,
    password: string,
  ) {
    this.#password = password;
  }

  /** Does a step, and answers what the model did not expect. */
  async take(step: Step): Promise<string[]> {
    const wrong = await this.#do(step);
    return [...wrong, ...(await this.#differences())];
  }

  async #do(step: Step): Promise<string[]> {
    const { at } = step;
    if (step.do === 'login') return this.#login(step.kind, at);
    if (step.do === 'revoke') return this.#revoke(at);
    if (step.do === 'password') return this.#changePassword(at);
    if (step.do === 'deactivate' || step.do === 'activate') {
      return this.#setActive(step.do === 'activate', at);
    }
    const { which } = step as { which: number };
    const session = this.#sessions[which % Math.max(1, this.#sessions.length)];
    if (!session) return [];
    switch (step.do) {
      case 'logout':
        return this.#expect('logout', await this.#send(logout(session), at), session, 204);
      case 'end': {
        const path = `/users/${this.person.id}/sessions/${session.id}`;
        const message = { method: 'DELETE' as const, path, headers: this.admin };
        const { status } = await this.#send(message, at);
        const isRight = status === (session.isAlive ? 204 : 404);
        session.isAlive = false;
        return isRight ? [] : [`end: ${status}`];
      }
      case 'refresh':
        return this.#refresh(session, at);
      case 'replay':
        return this.#replay(session, at);
      default:
        return this.#race(step.do, session);
    }
  }

  async #login(kind: Kind, at: number): Promise<string[]> {
    const body = { username: this.person.email, password: this.#password };
    const answer = await this.#send({ path: `/users/login/${kind}`, body }, at);
    if (!this.#isActive) return answer.status === 400 ? [] : [`login: ${answer.status}`];
    if (answer.status !== 200) return [`login: ${answer.status} ${answer.text}`];
    const known = new Set(this.#sessions.map(({ id }) => id));
    const id = (await this.#listed()).find((listed) => !known.has(listed));
    if (id === undefined) return ['login: not in the list'];
    this.#sessions.push({
      kind,
      id,
      access: answer.body.access_token as string,
      refresh: answer.body.refresh_token as string | undefined,
      used: [],
      isAlive: true,
    });
    return [];
  }

  async #refresh(session: ModelSession, at: number): Promise<string[]> {
    if (session.refresh === undefined) return [];
    const answer = await this.#send(refreshOf(session, session.refresh), at);
    if (!session.isAlive) return answer.status === 401 ? [] : [`refresh: ${answer.status}`];
    return this.#adopt(session, answer);
  }

  /** A used token ends a session without grace; with it, it gives the successor again. */
  async #replay(session: ModelSession, at: number): Promise<string[]> {
    const used = session.used.at(-1);
    if (used === undefined) return [];
    const answer = await this.#send(refreshOf(session, used), at);
    if (session.kind === 'mobile' && session.isAlive) {
      const isSame = pairOf(answer)?.refresh === session.refresh;
      return isSame ? [] : [`replay in the grace: ${answer.status}`];
    }
    session.isAlive = false;
    return answer.status === 401 ? [] : [`replay: ${answer.status}`];
  }

  async #race(what: string, session: ModelSession): Promise<string[]> {
    if (session.refresh === undefined) return [];
    const refresh = refreshOf(session, session.refresh);
    const others: Record<string, Racer> = {
      'refresh twice': refresh,
      'refresh and logout': logout(session),
      'refresh and revoke': this.#revocation(),
    };
    const other = others[what];
    if (!other) return [`no such race: ${what}`];
    const wasAlive = session.isAlive;
    const [first, second] = await this.two.race([refresh, other]);
    const statuses = [first?.status, second?.status];
    if (what === 'refresh twice') {
      if (!wasAlive)
        return statuses.every((status) => status === 401) ? [] : [`${what}: ${statuses}`];
      if (session.kind === 'strict') {
        session.isAlive = false;
        return statuses.toSorted().join() === '200,401' ? [] : [`${what}: ${statuses}`];
      }
      const pairs = [first, second].map((answer) => tokensIn(answer?.text ?? ''));
      if (pairs[0]?.refresh !== pairs[1]?.refresh || !pairs[0]) return [`${what}: two lines`];
      this.#put(session, pairs[0]);
      return [];
    }
    if (what === 'refresh and revoke') for (const one of this.#sessions) one.isAlive = false;
    session.isAlive = false;
    const isRight = what === 'refresh and revoke' ? second?.status === 204 : true;
    return isRight ? [] : [`${what}: ${statuses}`];
  }

  async #revoke(at: number): Promise<string[]> {
    const { status } = await this.#send(this.#revocation(), at);
    for (const session of this.#sessions) session.isAlive = false;
    return status === 204 ? [] : [`revoke: ${status}`];
  }

  async #changePassword(at: number): Promise<string[]> {
    this.#password = `another horse ${++this.#count}`;
    for (const session of this.#sessions) session.isAlive = false;
    return this.#patch({ password: this.#password }, at);
  }

  async #setActive(isActive: boolean, at: number): Promise<string[]> {
    if (!isActive) for (const session of this.#sessions) session.isAlive = false;
    this.#isActive = isActive;
    return this.#patch({ isActive }, at);
  }

  async #patch(body: object, at: number): Promise<string[]> {
    const path = `/users/${this.person.id}`;
    const { status } = await this.#send({ method: 'PATCH', path, body, headers: this.admin }, at);
    return status === 200 ? [] : [`patch: ${status}`];
  }

  #expect(what: string, { status }: Answer, session: ModelSession, good: number): string[] {
    const wanted = session.isAlive ? good : 401;
    session.isAlive = false;
    return status === wanted ? [] : [`${what}: ${status}`];
  }

  #adopt(session: ModelSession, answer: Answer): string[] {
    const pair = pairOf(answer);
    if (!pair) return [`refresh: ${answer.status}`];
    this.#put(session, pair);
    return [];
  }

  #put(session: ModelSession, { access, refresh }: { access: string; refresh: string }): void {
    if (session.refresh !== undefined && session.refresh !== refresh) {
      session.used.push(session.refresh);
    }
    Object.assign(session, { access, refresh });
  }

  /** Where the processes and the model are of different minds: each session in each process. */
  async #differences(): Promise<string[]> {
    const differences = await Promise.all(
      this.#sessions.flatMap((session) =>
        [0, 1].map(async (at) => {
          const headers = { authorization: `Bearer ${session.access}` };
          const { status } = await this.#send({ method: 'GET', path: '/users/me', headers }, at);
          return status === (session.isAlive ? 200 : 401)
            ? []
            : [`${session.kind} in process ${at}: ${status}, alive: ${session.isAlive}`];
        }),
      ),
    );
    const alive = this.#sessions.filter(({ isAlive }) => isAlive).map(({ id }) => id);
    const listed = await this.#listed();
    const isSame = listed.toSorted().join() === alive.toSorted().join();
    return [...differences.flat(), ...(isSame ? [] : [`listed ${listed}, alive ${alive}`])];
  }

  async #listed(): Promise<string[]> {
    const path = `/users/${this.person.id}/sessions`;
    const { body } = await this.#send({ method: 'GET', path, headers: this.admin }, 0);
    return (body.items as { id: string }[]).map(({ id }) => id);
  }

  #revocation(): Racer {
    return { path: `/users/${this.person.id}/sessions/revoke-all`, headers: this.admin };
  }

  #send(message: Racer, at: number): Promise<Answer> {
    return this.two.send({ method: 'POST', ...message }, at);
  }
}

function logout({ kind, access }: ModelSession): Racer {
  return { path: `/users/logout/${kind}`, headers: { authorization: `Bearer ${access}` } };
}

function refreshOf({ kind }: ModelSession, refresh_token: string): Racer {
  return { path: `/users/refresh/${kind}`, body: { refresh_token } };
}

function tokensIn(text: string): { access: string; refresh: string } | undefined {
  const access = /"access_token":"([^"]+)"/.exec(text)?.[1];
  const refresh = /"refresh_token":"([^"]+)"/.exec(text)?.[1];
  return access && refresh ? { access, refresh } : undefined;
}
