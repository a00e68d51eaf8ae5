import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../harness/client.js';
import type { FaultApp } from './fault-app.js';
import { percentile } from './judge.js';

/** One answer, by the clock of `performance`. */
export interface Timed {
  readonly began: number;
  readonly status: number;
  readonly milliseconds: number;
  readonly retryAfter: string | undefined;
}

export async function timed(app: FaultApp, message: Message): Promise<Timed> {
  const began = performance.now();
  const { status, headers } = await app.send(message);
  const retryAfter = headers['retry-after'];
  return { began, status, milliseconds: performance.now() - began, retryAfter };
}

/** The same at a steady rate, whether it is answered or not, until something is over. */
export async function steadily(
  app: FaultApp,
  { perSecond, until }: { perSecond: number; until: Promise<unknown> },
  messages: readonly Message[],
): Promise<Timed[][]> {
  const began = performance.now();
  const sent = messages.map((): Promise<Timed>[] => []);
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * perSecond;
    while (sent[0]!.length < due) {
      for (const [n, message] of messages.entries()) sent[n]!.push(timed(app, message));
    }
  }, 5);
  try {
    await until;
  } finally {
    clearInterval(timer);
  }
  return Promise.all(sent.map((answers) => Promise.all(answers)));
}

/** Each message once, at a steady rate, whether those before are answered or not. */
export async function oneByOne(
  app: FaultApp,
  perSecond: number,
  messages: readonly Message[],
): Promise<Timed[]> {
  const began = performance.now();
  const sent: Promise<Timed>[] = [];
  while (sent.length < messages.length) {
    const due = ((performance.now() - began) / 1000) * perSecond;
    const next = messages.slice(sent.length, Math.ceil(due));
    sent.push(...next.map((message) => timed(app, message)));
    await sleep(5);
  }
  return Promise.all(sent);
}

/** The n-th of many clients, each at an address of its own: 127.1.0.1 and on. */
export function clientAddress(n: number): string {
  return `127.1.${Math.floor(n / 250)}.${(n % 250) + 1}`;
}

/** Wrong passwords without pause, from many addresses, each for an account that nobody has. */
export async function floodOfLogins(
  app: FaultApp,
  { attackers = 200, seconds, password = 'a b c d' }: FloodOptions,
): Promise<Timed[]> {
  const end = performance.now() + seconds * 1000;
  const all = await Promise.all(
    Array.from({ length: attackers }, async (_, n) => {
      const answers: Timed[] = [];
      while (performance.now() < end) {
        const body = { username: `nobody${n}-${answers.length}@example.org`, password };
        const message = { method: 'POST', path: '/users/login/jwt', body, from: clientAddress(n) };
        answers.push(await timed(app, message));
        // Nobody comes again in the same moment.
        await sleep(200);
      }
      return answers;
    }),
  );
  return all.flat();
}

interface FloodOptions {
  /** Default 200. */
  readonly attackers?: number;
  readonly seconds: number;
  readonly password?: string;
}

/** How long the slowest one took. */
export function slowest(answers: readonly Timed[]): number {
  return Math.max(0, ...answers.map(({ milliseconds }) => milliseconds));
}

export function p99(answers: readonly Timed[]): number {
  return percentile(
    answers.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b),
    0.99,
  );
}
