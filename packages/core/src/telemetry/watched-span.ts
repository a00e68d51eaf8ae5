import type { Tracer } from '@opentelemetry/api';
import type { Attributes } from './attributes.js';
import { isTrouble, outcomeOf } from './outcome.js';

/** `SpanStatusCode.ERROR`, by its number: the API may be absent, and only its types are imported. */
const ERROR = 2;

/** What a span says. */
export interface WatchedSpan<T> {
  readonly name: string;
  readonly attributes: Attributes;
  /** What became of the work, where it ended without an error. */
  readonly outcome: (result: T) => string;
}

/**
 * Does a piece of work inside a span, which says what became of it. A refusal is no error of the
 * service. Never a message or a stack: they may say who.
 */
export function watchedSpan<T>(
  tracer: Tracer,
  { name, attributes, outcome }: WatchedSpan<T>,
  work: () => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      const result = await work();
      span.setAttribute('nestjs_users.outcome', outcome(result));
      return result;
    } catch (error) {
      span.setAttribute('nestjs_users.outcome', outcomeOf(error));
      if (isTrouble(error))
        span.setAttribute('error.type', nameOf(error)).setStatus({ code: ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Also of what is no error: anything can be thrown. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error;
}
