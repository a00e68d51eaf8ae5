import http from 'node:http';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** The body as text. */
  readonly text: string;
  /** The body parsed, if it is JSON. */
  // eslint-disable-next-line typescript/no-explicit-any -- tests look into bodies of any shape
  readonly body: any;
  /** `Set-Cookie`, one text each. */
  readonly cookies: readonly string[];
}

/** What to send. The path goes out as it is written, without any normalisation. */
export interface Message {
  readonly method?: string;
  readonly path: string;
  readonly headers?: http.OutgoingHttpHeaders;
  /** From which of this machine's addresses: any of 127.0.0.0/8. Default 127.0.0.1. */
  readonly from?: string;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
}

/** Why there is no answer. */
export interface BrokenRequest extends NodeJS.ErrnoException {
  /** It went out on a connection that had served others before: the server may have closed that meanwhile. */
  readonly wasKeptAlive: boolean;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 1024 });

/** Sends one request. Rejects with a {@link BrokenRequest}. */
export function send(origin: string, message: Message): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  const payload = payloadOf(message.body);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        hostname,
        port,
        method: message.method ?? 'GET',
        path: message.path,
        ...(message.from && { localAddress: message.from }),
        headers: {
          ...(payload !== undefined && {
            'content-length': payload.length,
            ...(typeof message.body === 'object' &&
              !Buffer.isBuffer(message.body) && { 'content-type': 'application/json' }),
          }),
          ...message.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks).toString())));
      },
    );
    request.on('error', (error: Error) =>
      reject(Object.assign(error, { wasKeptAlive: request.reusedSocket })),
    );
    request.end(payload);
  });
}

function payloadOf(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function answerOf(response: http.IncomingMessage, text: string): Answer {
  const isJson = response.headers['content-type']?.includes('json') && text !== '';
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    body: isJson ? (JSON.parse(text) as unknown) : undefined,
    cookies: response.headers['set-cookie'] ?? [],
  };
}

/** All that a client sees of an answer, the clock apart. */
export function visible({ status, headers, text }: Answer): unknown {
  const { date: _, ...others } = headers;
  return { status, headers: others, text };
}
