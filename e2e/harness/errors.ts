import { STATUS_CODES } from 'node:http';
import type { UsersErrorCode } from '@nestjs-users/core';
import { expect } from 'vitest';
import type { Answer } from './client.js';

/** An error in the one shape that all coded errors have: Nest's, and `code`; nothing else. */
export function expectError(
  answer: Answer,
  statusCode: number,
  code: UsersErrorCode,
  more: Record<string, unknown> = {},
): void {
  expect(answer.body).toStrictEqual({
    statusCode,
    code,
    message: expect.stringMatching(/^[A-Z].*\.$/),
    error: STATUS_CODES[statusCode],
    ...more,
  });
  expect(answer.status).toBe(statusCode);
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(answer.headers['cache-control']).toBe('no-store');
}

/** A body or query that the model refuses, and because of which fields. */
export function expectInvalid(answer: Answer, ...fields: string[]): void {
  const errors = expect.any(Array) as unknown;
  expectError(answer, 422, 'VALIDATION_FAILED', { errors });
  const found = answer.body.errors as { field: string; messages: string[] }[];
  expect(found.map(({ field }) => field).toSorted()).toEqual(fields.toSorted());
  for (const { messages } of found) {
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.every((message) => typeof message === 'string')).toBe(true);
  }
}

/** Nobody is known: the answer says how one could log in. */
export function expectUnauthorized(answer: Answer, challenge = 'Bearer, Cookie'): void {
  expectError(answer, 401, 'UNAUTHORIZED');
  expect(answer.headers['www-authenticate']).toBe(challenge);
}
