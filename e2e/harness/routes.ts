import {
  DeleteAccountDto,
  ForgotPasswordDto,
  LoginDto,
  MailedTokenDto,
  PRIVILEGE_FIELDS,
  RefreshDto,
  RequestVerificationDto,
  ResetPasswordDto,
  type UsersModuleExtras,
} from '@nestjs-users/core';
import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { CreateUser, UpdateUser } from './models.js';

/**
 * Who may use a route: anyone (with a body that is right), everybody without any body, whoever has a
 * credential or a refresh token of the backend in the path, an active user, or an active superuser.
 */
export type Authority =
  'anyone' | 'everybody' | 'credential' | 'refresh token' | 'user' | 'superuser';

/** A route of the contract. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly who: Authority;
  /** The fields of its body, if it reads one. */
  readonly fields?: readonly string[];
  /** The keys of its query, if it reads any. */
  readonly query?: readonly string[];
  /** It is there only where the module says so. */
  readonly isOptional?: boolean;
}

/**
 * Every route there is. Whoever adds one writes it down here, and with that it takes part in the
 * stories of authority, of order and of wrong shapes.
 */
export const routes: readonly Route[] = [
  { method: 'POST', path: '/users/register', who: 'anyone', fields: fieldsOf(CreateUser) },
  { method: 'POST', path: '/users/login/:backend', who: 'anyone', fields: fieldsOf(LoginDto) },
  { method: 'POST', path: '/users/logout/:backend', who: 'credential' },
  {
    method: 'POST',
    path: '/users/refresh/:backend',
    who: 'refresh token',
    fields: fieldsOf(RefreshDto),
    isOptional: true,
  },
  { method: 'GET', path: '/users/.well-known/jwks.json', who: 'everybody', isOptional: true },
  {
    method: 'POST',
    path: '/users/forgot-password',
    who: 'anyone',
    fields: fieldsOf(ForgotPasswordDto),
  },
  {
    method: 'POST',
    path: '/users/reset-password',
    who: 'anyone',
    fields: fieldsOf(ResetPasswordDto),
  },
  {
    method: 'POST',
    path: '/users/request-verify-token',
    who: 'anyone',
    fields: fieldsOf(RequestVerificationDto),
  },
  { method: 'POST', path: '/users/verify', who: 'anyone', fields: fieldsOf(MailedTokenDto) },
  {
    method: 'POST',
    path: '/users/confirm-email-change',
    who: 'anyone',
    fields: fieldsOf(MailedTokenDto),
    isOptional: true,
  },
  {
    method: 'POST',
    path: '/users/cancel-email-change',
    who: 'anyone',
    fields: fieldsOf(MailedTokenDto),
    isOptional: true,
  },
  {
    method: 'DELETE',
    path: '/users/me',
    who: 'user',
    fields: fieldsOf(DeleteAccountDto),
    isOptional: true,
  },
  { method: 'GET', path: '/users/me/export', who: 'user', isOptional: true },
  { method: 'GET', path: '/users/me/sessions', who: 'user', isOptional: true },
  { method: 'DELETE', path: '/users/me/sessions/:sessionId', who: 'user', isOptional: true },
  { method: 'POST', path: '/users/me/sessions/revoke-others', who: 'user', isOptional: true },
  { method: 'GET', path: '/users/me', who: 'user' },
  { method: 'PATCH', path: '/users/me', who: 'user', fields: fieldsOf(UpdateUser) },
  {
    method: 'GET',
    path: '/users',
    who: 'superuser',
    query: ['limit', 'cursor', 'email', 'search', ...PRIVILEGE_FIELDS],
  },
  { method: 'GET', path: '/users/:id', who: 'superuser' },
  {
    method: 'PATCH',
    path: '/users/:id',
    who: 'superuser',
    fields: [...fieldsOf(UpdateUser), ...PRIVILEGE_FIELDS],
  },
  { method: 'DELETE', path: '/users/:id', who: 'superuser' },
  { method: 'POST', path: '/users/:id/forgot-password', who: 'superuser' },
  { method: 'GET', path: '/users/:id/sessions', who: 'superuser', isOptional: true },
  {
    method: 'DELETE',
    path: '/users/:id/sessions/:sessionId',
    who: 'superuser',
    isOptional: true,
  },
  { method: 'POST', path: '/users/:id/sessions/revoke-all', who: 'superuser', isOptional: true },
];

/** The routes of a module that switches none on. */
export const usualRoutes = routes.filter(({ isOptional }) => !isOptional);

/** The shape of a module that has all routes. */
export const allRoutes = {
  routes: {
    deleteMe: true,
    emailChange: true,
    exportMe: true,
    jwks: true,
    mySessions: true,
    refresh: true,
    userSessions: true,
  },
} satisfies UsersModuleExtras;

/** `GET /users/:id` */
export function nameOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** An id that is nobody's. */
export const UNKNOWN_ID = '11111111-1111-4111-8111-111111111111';

/** An id that is no session's. */
export const UNKNOWN_SESSION = '0123456789abcdef0123456789abcdef';

/** The path of a route, filled in. */
export function pathOf(
  { path }: Pick<Route, 'path'>,
  { id = UNKNOWN_ID, backend = 'jwt', sessionId = UNKNOWN_SESSION } = {},
): string {
  return path.replace(':id', id).replace(':backend', backend).replace(':sessionId', sessionId);
}

/** The fields that a model declares, its parents' included. */
function fieldsOf(model: Type<object>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(model, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}
