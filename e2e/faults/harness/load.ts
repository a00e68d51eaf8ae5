import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, BrokenRequest, Message } from '../../harness/client.js';
import { newEmail, newPassword } from '../../harness/leaks.js';
import type { FaultApp } from './fault-app.js';
import { Ledger } from './ledger.js';
import { isWell, type Operation, type Sample, type Sent } from './sample.js';

/** How long a load takes, in seconds, and how much it asks. */
export interface RunOptions {
  readonly seconds: number;
  readonly perSecond?: number;
  /** How much longer it may take until all is well again: what the requirement grants, and a little more. */
  readonly patience?: number;
}

/** Of a hundred requests. */
const MIX: Record<Operation, number> = {
  me: 70,
  login: 15,
  register: 5,
  forgot: 5,
  patch: 3,
  logout: 2,
};
const SEQUENCE = shuffled(
  Object.entries(MIX).flatMap(([operation, count]) =>
    Array<Operation>(count).fill(operation as Operation),
  ),
);

const BACKENDS = ['jwt', 'stored'] as const;
const CITIZENS = 20;

interface Citizen {
  readonly email: string;
  readonly password: string;
  readonly tokens: readonly string[];
  isBusy: boolean;
}

/** Load "L1": an open loop of requests of all kinds, and the ledger of what was acknowledged. */
export class Load {
  readonly ledger = new Ledger();
  readonly #citizens: Citizen[] = [];
  /** Tokens of logins that nobody needs any more. */
  readonly #spare: string[] = [];
  #count = 0;

  private constructor(private readonly apps: () => readonly FaultApp[]) {}

  /** @param apps - those that serve just now: rows restart them */
  static async begin(apps: () => readonly FaultApp[]): Promise<Load> {
    const load = new Load(apps);
    for (let n = 0; n < CITIZENS; n++) await load.#settle();
    return load;
  }

  /** Sends requests while something happens, and then until so much time has passed. */
  async run(
    { seconds, perSecond = 60, patience = 0 }: RunOptions,
    meanwhile: () => Promise<void> = async () => {},
  ): Promise<Sample[]> {
    const began = performance.now();
    const clock = () => performance.now() - began;
    const sent: Sent[] = [];
    const timer = setInterval(() => {
      const due = (clock() / 1000) * perSecond;
      while (sent.length < due) sent.push(this.#follow(began));
    }, 5);
    try {
      await meanwhile();
      await sleep(Math.max(0, seconds * 1000 - clock()));
      const end = clock() + patience * 1000;
      while (clock() < end && !isWell(sent, clock())) await sleep(100);
    } finally {
      clearInterval(timer);
    }
    return Promise.all(sent.map(({ sample }) => sample));
  }

  /** Whether a token opens a door. */
  async opens(token: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${token}` };
    return (await this.#app.send({ path: '/users/me', headers })).status === 200;
  }

  get #app(): FaultApp {
    const apps = this.apps();
    return apps[this.#count % apps.length]!;
  }

  async #settle(): Promise<void> {
    const [email, password] = [newEmail(), newPassword()];
    const registered = await this.#post('register', { email, password });
    if (registered.status !== 201) throw new Error(`Nobody can register: ${registered.text}`);
    this.ledger.registered(email);
    const tokens: string[] = [];
    for (const backend of BACKENDS) tokens.push(await this.#login(email, password, backend));
    this.#citizens.push({ email, password, tokens, isBusy: false });
  }

  #follow(began: number): Sent {
    const sent: Sent = { at: performance.now() - began, sample: this.#send(began) };
    void sent.sample.then(({ status }) => (sent.status = status));
    return sent;
  }

  async #send(began: number): Promise<Sample> {
    const number = this.#count++;
    const operation = SEQUENCE[number % SEQUENCE.length]!;
    const citizen = this.#citizens[number % this.#citizens.length]!;
    const at = performance.now() - began;
    let isRefused = false;
    const answer = await this.#perform(operation, citizen, number).catch((error: unknown) => {
      const { code, wasKeptAlive } = error as BrokenRequest;
      isRefused = code === 'ECONNREFUSED' || wasKeptAlive;
      return undefined;
    });
    return {
      operation,
      at,
      milliseconds: performance.now() - began - at,
      status: answer?.status ?? 0,
      text: answer?.text ?? '',
      retryAfter: answer?.headers['retry-after'],
      isRefused,
    };
  }

  #perform(operation: Operation, citizen: Citizen, number: number): Promise<Answer> {
    const { email, password, tokens } = citizen;
    const token = tokens[Math.floor(number / CITIZENS) % tokens.length]!;
    const headers = { authorization: `Bearer ${token}` };
    switch (operation) {
      case 'me':
        return this.#app.send({ path: '/users/me', headers });
      case 'login':
        return this.#logIn(email, password, BACKENDS[number % 2]!);
      case 'register':
        return this.#register();
      case 'forgot':
        return this.#post('forgot-password', { email });
      case 'patch':
        return this.#rename(citizen, headers, number);
      case 'logout':
        return this.#logOut(email, password);
    }
  }

  async #register(): Promise<Answer> {
    const email = newEmail();
    this.ledger.registering(email);
    const answer = await this.#post('register', { email, password: newPassword() });
    this.ledger.answered(email);
    if (answer.status === 201) this.ledger.registered(email);
    return answer;
  }

  /** One at a time for each: the order of two that are under way is nobody's. */
  async #rename(citizen: Citizen, headers: Message['headers'], number: number): Promise<Answer> {
    const path = '/users/me';
    if (citizen.isBusy) return this.#app.send({ path, headers: headers ?? {} });
    citizen.isBusy = true;
    const nickname = `name ${number}`;
    this.ledger.renaming(citizen.email, nickname);
    try {
      const answer = await this.#app.send({
        method: 'PATCH',
        path,
        headers: headers ?? {},
        body: { nickname },
      });
      if (answer.status === 200) this.ledger.renamed(citizen.email, nickname);
      return answer;
    } finally {
      citizen.isBusy = false;
    }
  }

  async #logIn(username: string, password: string, backend: string): Promise<Answer> {
    const answer = await this.#post(`login/${backend}`, { username, password });
    if (backend === 'stored' && answer.status === 200 && this.#spare.length < CITIZENS) {
      this.#spare.push(answer.body.access_token as string);
    }
    return answer;
  }

  /** With a token of an earlier login: each sample is one request, and its time the time of one. */
  async #logOut(email: string, password: string): Promise<Answer> {
    const token = this.#spare.shift();
    if (token === undefined) return this.#logIn(email, password, 'stored');
    const headers = { authorization: `Bearer ${token}` };
    const answer = await this.#app.send({ method: 'POST', path: '/users/logout/stored', headers });
    if (answer.status === 204) this.ledger.loggedOut(token);
    return answer;
  }

  async #login(email: string, password: string, backend: string): Promise<string> {
    const answer = await this.#post(`login/${backend}`, { username: email, password });
    if (answer.status !== 200) throw new Error(`Nobody can log in: ${answer.text}`);
    return answer.body.access_token as string;
  }

  #post(path: string, body: object): Promise<Answer> {
    return this.#app.send({ method: 'POST', path: `/users/${path}`, body });
  }
}

/** The same order each time. */
function shuffled<T>(list: readonly T[]): T[] {
  const copy = [...list];
  let seed = 7;
  for (let index = copy.length - 1; index > 0; index--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const other = seed % (index + 1);
    [copy[index], copy[other]] = [copy[other]!, copy[index]!];
  }
  return copy;
}
