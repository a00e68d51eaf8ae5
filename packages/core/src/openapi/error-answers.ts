import { PHRASE_OF_STATUS, STATUS_OF_CODE } from '../exceptions/users.exception.js';
import type { UsersErrorCode } from '../users/users.errors.js';
import { errorBody } from './error-bodies.js';
import { UsersErrorDto } from './error-models.js';

/** An error answer of a document: each code is a named example. */
interface ErrorAnswer {
  readonly description: string;
  readonly headers?: object;
  readonly content: {
    readonly 'application/json': {
      readonly schema: { readonly $ref: string };
      readonly examples: Readonly<Record<string, { readonly value: object }>>;
    };
  };
}

/** Adds codes to the answers of a route, where the application has not described their status itself. */
export function addErrorAnswers(
  answers: Record<string, unknown>,
  codes: readonly UsersErrorCode[],
): void {
  for (const code of codes) {
    const status = String(STATUS_OF_CODE[code]);
    const known = codesOf(answers[status]);
    if (status in answers && known.length === 0) continue;
    answers[status] = errorAnswer(status, [...new Set([...known, code])]);
  }
}

/** The codes of an answer; none if it is the application's. */
function codesOf(answer: unknown): UsersErrorCode[] {
  const content = (answer as Partial<ErrorAnswer> | undefined)?.content?.['application/json'];
  const names = Object.keys(content?.examples ?? {});
  return names.every((name) => name in STATUS_OF_CODE) ? (names as UsersErrorCode[]) : [];
}

function errorAnswer(status: string, codes: readonly UsersErrorCode[]): ErrorAnswer {
  const sentences = codes.map((code) => `\`${code}\`: ${errorBody(code).message}`);
  return {
    description: [PHRASE_OF_STATUS[Number(status)], ...sentences].join('\n\n'),
    ...(HEADERS[status] && { headers: HEADERS[status] }),
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${UsersErrorDto.name}` },
        examples: Object.fromEntries(codes.map((code) => [code, { value: errorBody(code) }])),
      },
    },
  };
}

const HEADERS: Readonly<Record<string, object>> = {
  401: {
    'WWW-Authenticate': { description: 'The accepted schemes.', schema: { type: 'string' } },
  },
  429: {
    'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
  },
  503: {
    'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } },
  },
};
