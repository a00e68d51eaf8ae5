import type { ExecutionContext } from '@nestjs/common';
import type { OriginalRequest } from '../../events/users.events.js';
import { toException } from '../../exceptions/to-exception.js';
import { UsersException } from '../../exceptions/users.exception.js';
import type { Call } from './call.js';
import { handshakeOf } from './handshake.js';
import { NO_REQUEST } from './no-request.js';

/** What the drivers put into the context of a resolver: Apollo and Mercurius, on Express and Fastify. */
interface GraphQlContext {
  readonly req?: unknown;
  readonly request?: unknown;
  readonly reply?: { readonly request?: unknown };
}

/** Of a subscription by `graphql-ws`: the request that opened the socket, and what the client said then. */
interface Subscription {
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  readonly extra: { readonly request: OriginalRequest };
}

/** The names that clients of GraphQL know; all others are the library's own. */
const CODES: Readonly<Record<number, string>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN' };

/**
 * A resolver is called with parent, arguments, context and info. What is found is kept by the HTTP
 * request: applications hand in one context for all requests, and some drivers write on it. A
 * subscription has its info alone: its socket may carry others, before and after a log-out.
 */
export function graphQlCall(context: ExecutionContext): Call {
  const own = context.getArgByIndex<GraphQlContext | undefined>(2) ?? {};
  const found = requestOf(own);
  const subscription = [found, own].find((value) => isSubscription(value));
  const request = isRequest(found) ? found : NO_REQUEST;
  return {
    key: (subscription ? context.getArgByIndex<object | undefined>(3) : found) ?? context.getArgs(),
    request: subscription ? subscriptionRequest(subscription) : request,
    // The fields of a request are resolved at the same time, and demand different things.
    leave() {},
    toException: toGraphQl,
  };
}

/** Two requests in one context: it is shared, and nobody knows whose call this is. */
function requestOf({ req, request, reply }: GraphQlContext): object | undefined {
  const found = [req, request, reply?.request].filter((value) => typeof value === 'object');
  return new Set(found).size === 1 ? (found[0] ?? undefined) : undefined;
}

function subscriptionRequest({ extra, connectionParams = {} }: Subscription): OriginalRequest {
  const authorization = connectionParams['authorization'] ?? connectionParams['Authorization'];
  return handshakeOf(extra.request, authorization);
}

function isSubscription(value: unknown): value is Subscription {
  const { extra } = (value ?? {}) as Partial<Subscription>;
  return isRequest(extra?.request);
}

function isRequest(value: unknown): value is OriginalRequest {
  return typeof (value as Partial<OriginalRequest> | undefined)?.headers === 'object';
}

/**
 * An HTTP exception, as Nest's drivers expect it from guards (others they log, with a stack, at each
 * refusal), with what drivers that do not know it put into the answer.
 */
async function toGraphQl(error: unknown): Promise<unknown> {
  const exception = toException(error);
  if (!(exception instanceof UsersException)) return exception;
  const code = CODES[exception.getStatus()] ?? exception.code;
  return Object.assign(exception, {
    extensions: { code, originalError: exception.getResponse() },
  });
}
