import http from 'node:http';
import type { FuzzRequest } from './requests.js';

/** What came back. */
export interface FuzzAnswer {
  /** 0: nothing, but a broken connection. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

const TIMEOUT = 15_000;
const LATE = 'no answer in time';
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request as it is written: no header is added but two that HTTP itself asks for. */
export async function transmit(origin: string, request: FuzzRequest): Promise<FuzzAnswer> {
  const { answer, isStale } = await attempt(origin, request, agent);
  // The server has shut an idle connection while the request was on its way: no fault of anybody's.
  return isStale ? (await attempt(origin, request, new http.Agent())).answer : answer;
}

interface Attempt {
  readonly answer: FuzzAnswer;
  readonly isStale: boolean;
}

function attempt(origin: string, request: FuzzRequest, through: http.Agent): Promise<Attempt> {
  const { hostname, port, host } = new URL(origin);
  const { method, path, body } = request;
  return new Promise((resolve) => {
    const lines = [...request.lines];
    const has = (name: string): boolean => lines.some(([other]) => other === name);
    if (!has('host')) lines.unshift(['host', host]);
    const isSized = body !== undefined || !['GET', 'HEAD'].includes(method);
    if (isSized && !has('transfer-encoding')) {
      lines.push(['content-length', String(body?.length ?? 0)]);
    }
    const broken = (error: Error): void => {
      const isStale = outgoing.reusedSocket && error.message !== LATE;
      resolve({ answer: { status: 0, headers: {}, text: error.message }, isStale });
    };
    const outgoing = http.request(
      { agent: through, hostname, port, method, path, headers: lines.flat(), timeout: TIMEOUT },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', broken);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const { statusCode: status = 0, headers } = response;
          resolve({ answer: { status, headers, text }, isStale: false });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(LATE)));
    outgoing.on('error', broken);
    outgoing.end(body);
  });
}

/** The same request for a shell. */
export function curlOf({ method, path, lines, body }: FuzzRequest): string {
  const headers = lines.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const data = body ? `base64 -d <<< ${body.toString('base64')} | curl --data-binary @-` : 'curl';
  return [data, '-sig --path-as-is', `-X ${method}`, ...headers, quote(`$ORIGIN${path}`)].join(' ');
}

function quote(text: string): string {
  return text.startsWith('$ORIGIN')
    ? `"$ORIGIN"${quote(text.slice('$ORIGIN'.length))}`
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
