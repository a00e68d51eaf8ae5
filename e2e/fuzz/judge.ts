import { CANARY, INTERNALS } from '../harness/leaks.js';
import type { FuzzRequest } from './requests.js';
import type { FuzzAnswer } from './wire.js';

/** What drivers and their libraries say, and where files are. */
const DRIVER =
  /ECONN|ETIMEDOUT|\b22P0\d\b|\b23505\b|UNIQUE constraint|duplicate (key|entry)|syntax error at|out of range|typeorm|better-sqlite|\/(packages|dist|src)\/[\w.-]+\//i;

/** A body of this size may be refused before it was read: the connection breaks then. */
const UNREAD = 64_000;

/** What is wrong with an answer; nothing, if all is well. */
export function faultsOf(
  request: FuzzRequest,
  answer: FuzzAnswer,
  isSuperuser: (id: string) => boolean,
): string[] {
  const { status } = answer;
  if (status === 0) {
    const isUnread = (request.body?.length ?? 0) > UNREAD && /EPIPE|ECONNRESET/.test(answer.text);
    // What Node itself cannot parse, Fastify answers with a body, whatever the method.
    const isOverfull = request.method === 'HEAD' && answer.text.startsWith('Parse Error');
    return isUnread || isOverfull ? [] : [`broken connection: ${answer.text}`];
  }
  return [
    ...(status >= 500 || status < 200 ? [`status ${status}`] : []),
    ...leaksIn(request, answer),
    ...misshapen(request, answer),
    ...unauthorized(request, answer, isSuperuser),
  ];
}

/** Internals that the client has not sent itself: a refusal may name what it refuses. */
function leaksIn({ path, lines, body }: FuzzRequest, { status, text }: FuzzAnswer): string[] {
  const found = [INTERNALS, DRIVER, new RegExp(CANARY)].flatMap(
    (pattern) => pattern.exec(text)?.[0] ?? [],
  );
  const sent = [path, decode(path), ...lines.flat()];
  if (status === 422 && body) sent.push(body.toString());
  return found
    .filter((word) => !sent.some((part) => part.includes(word)))
    .map((word) => `it shows "${word}"`);
}

/** Errors have the one shape of Nest's, and the headers that belong to them. */
function misshapen({ method }: FuzzRequest, { status, headers, text }: FuzzAnswer): string[] {
  const faults: string[] = [];
  if (status === 401 && !headers['www-authenticate']) faults.push('401 without WWW-Authenticate');
  if (status === 429 && !(Number(headers['retry-after']) > 0))
    faults.push('429 without Retry-After');
  if (text === '') {
    const mayBeEmpty = status < 400 || method === 'HEAD' || headers.connection === 'close';
    return mayBeEmpty ? faults : [...faults, `${status} without a body`];
  }
  if (method === 'OPTIONS' || method === 'TRACE') return faults;
  const body = parse(text);
  if (body === undefined) return [...faults, `${status} with a body that is no JSON`];
  if (status < 400) return faults;
  const { statusCode, message } = body as Record<string, unknown>;
  if (statusCode !== status || !message) faults.push('an error without statusCode and message');
  return faults;
}

/** Nothing is done for somebody who may not do it. */
function unauthorized(
  { who, of, route }: FuzzRequest,
  { status }: FuzzAnswer,
  isSuperuser: (id: string) => boolean,
): string[] {
  if (status >= 300) return [];
  const isAllowed =
    who === 'superuser' ? of !== null && isSuperuser(of.id) : who !== 'user' || of !== null;
  return isAllowed ? [] : [`${route} was done for somebody who may not`];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
