import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** The SHA-1 digest by which such lists know a password. */
export function digestOf(password: string): string {
  return createHash('sha1').update(password).digest('hex').toUpperCase();
}

/** A way to answer, good or bad. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const line = (digit: string, count: number): string => `${digit.repeat(35)}:${count}`;

/** Something that is no answer. */
export interface Failure {
  readonly answer: Answer;
  /** What is logged about it. */
  readonly warning: RegExp;
  /** Nothing ends it but the one who asks. */
  readonly isEndless?: boolean;
}

/** What a provider can do that is no answer. */
export const failures: Readonly<Record<string, Failure>> = {
  'hangs before it answers': {
    answer: () => {},
    warning: /did not answer in time/,
    isEndless: true,
  },
  'hangs in the middle of its answer': {
    answer: (_request, response) => void response.write(`${line('0', 3)}\r\n`),
    warning: /did not answer in time/,
    isEndless: true,
  },
  'answers 500': {
    answer: (_request, response) => void response.writeHead(500).end('oh'),
    warning: /status is 500/,
  },
  'answers 429': {
    answer: (_request, response) => void response.writeHead(429).end(),
    warning: /status is 429/,
  },
  'answers a page': {
    answer: (_request, response) => void response.end('<html>Please log in to this network</html>'),
    warning: /no list of digests/,
  },
  'answers nothing': {
    answer: (_request, response) => void response.end(),
    warning: /no list of digests/,
  },
  'does not end': {
    answer: (_request, response) => {
      const lines = `${line('0', 3)}\r\n`.repeat(1000);
      const pour = (): void => {
        while (!response.destroyed && response.write(lines));
      };
      response.on('drain', pour);
      pour();
    },
    warning: /answer is too long/,
  },
  'answers 64 MB in a small archive': {
    answer: (_request, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(ARCHIVE);
    },
    warning: /answer is too long/,
  },
  redirects: {
    answer: (request, response) =>
      void response.writeHead(302, { Location: `${request.url}/elsewhere` }).end(),
    warning: /redirect/,
  },
  'hangs up': {
    answer: (request) => void request.socket.destroy(),
    warning: /UND_ERR_SOCKET: other side closed/,
  },
  'speaks something else': {
    answer: (request) => void request.socket.end('SSH-2.0-OpenSSH\r\n'),
    warning: /HPE_/,
  },
};

const ARCHIVE = gzipSync(Buffer.alloc(64 * 1024 * 1024, `${line('0', 3)}\r\n`));

/** A stand-in for a list of leaked passwords, as Have I Been Pwned answers it. */
export class LeakedPasswords {
  /** All that came in: request lines, headers, bodies. */
  readonly received: string[] = [];
  /** Digests, and how often each was seen. */
  readonly known = new Map<string, number>();
  #answer: Answer | undefined;
  readonly #server = createServer((request, response) => {
    const { method, url, rawHeaders } = request;
    const parts = [`${method} ${url}`, ...rawHeaders];
    request.on('data', (chunk: Buffer) => parts.push(chunk.toString()));
    request.on('end', () => this.received.push(parts.join('\n')));
    (this.#answer ?? this.#list)(request, response);
  });

  async start(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/range/`;
  }

  /** From now on it answers as it should, and knows nobody. */
  reset(): void {
    this.received.length = 0;
    this.known.clear();
    this.#answer = undefined;
  }

  failBy(answer: Answer): void {
    this.#answer = answer;
  }

  readonly #list: Answer = ({ url = '' }, response) => {
    const prefix = url.slice('/range/'.length);
    const ofRange = [...this.known].filter(([digest]) => digest.startsWith(prefix));
    const others = ['1', '2'].map((digit) => line(digit, 7));
    const padding = ['A', 'B'].map((digit) => line(digit, 0));
    const found = ofRange.map(([digest, count]) => `${digest.slice(5)}:${count}`);
    response.end([...others, ...found, ...padding].join('\r\n'));
  };
}
