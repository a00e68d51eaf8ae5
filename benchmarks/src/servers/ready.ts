import { startProfileOnSignal, stopProfile } from '../profile/profiler.js';

/** A question that a server can be asked, and what the right answer is. */
export interface Ask {
  readonly method: 'GET' | 'POST';
  /** Here and in the body, `{n}` stands for something that no other request has. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** The same for other users; they are asked in turn. */
  readonly others?: readonly Pick<Ask, 'path' | 'headers' | 'body'>[];
}

export type AskName =
  'me' | 'meStored' | 'login' | 'register' | 'byEmail' | 'firstPage' | 'deepPage';

/** What a server tells the runner when it answers: where it is, and what can be asked. */
export interface Ready {
  readonly origin: string;
  readonly asks: Readonly<Partial<Record<AskName, Ask>>>;
}

/** Tells it. From then on the process only answers, until it is told to end. */
export function tellReady(ready: Ready): void {
  startProfileOnSignal();
  process.once('SIGTERM', () => {
    stopProfile();
    process.exit(0);
  });
  process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
}

export function get(path: string, headers: Ask['headers'] = {}): Ask {
  return { method: 'GET', path, headers, status: 200 };
}

export function post(path: string, body: object, status: number): Ask {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', path, headers, body: JSON.stringify(body), status };
}

export function bearer(token: unknown): Record<string, string> {
  return { authorization: `Bearer ${String(token)}` };
}
