import { AuthBackend } from '../auth/auth-backend.js';
import { type AuthenticatedOptions, completeDemands } from '../auth/auth.metadata.js';
import { isSafeMethod } from '../auth/transports/csrf.js';
import type { UsersErrorCode } from '../users/users.errors.js';
import { completeLogin, nameBackends } from './complete-login.js';
import type { Credential, Credentials } from './credentials.js';
import type { NotedOperation } from './document.js';
import { addErrorAnswers } from './error-answers.js';
import { type Note, noteOf, type Requirement } from './requirement.js';

/** Replaces the notes on an operation by what they mean in this application. */
export function completeOperation(noted: NotedOperation, credentials: Credentials): void {
  const { method, operation, notes } = noted;
  const all = credentials.of(mostDerived(notes));
  const withLogin = all.filter(({ backend }) => backend instanceof AuthBackend);
  const loginBackends = withLogin.map(({ backend }) => backend as AuthBackend);
  const demand = (of: readonly Credential[], ...more: Requirement[]): void => {
    const others = (operation.security ?? []).filter((requirement) => !noteOf(requirement));
    const alternatives = of.map(({ scheme }) => ({ [scheme]: [] }));
    operation.security = [...others, ...alternatives, ...more];
  };

  if (has(notes, 'login')) {
    completeLogin(operation, loginBackends);
    demand([]);
  } else if (has(notes, 'refresh')) {
    const refreshing = loginBackends.filter(({ strategy }) => strategy.refreshTokens);
    completeLogin(operation, refreshing);
    demand([]);
  } else if (has(notes, 'logout')) {
    nameBackends(operation, loginBackends);
    demand(withLogin);
  } else if (notes.at(-1)?.kind === 'anonymous') {
    demand([]);
  } else {
    const { backends, ...demands } = demandsOf(notes);
    const asked = all.filter(({ backend }) => backends?.includes(backend.name) ?? true);
    const needsVerified = asked.some(({ backend }) => backend.requireVerified);
    const mayForge = !isSafeMethod(method) && asked.some(isCookie);
    addErrorAnswers(operation.responses, refusals(demands, mayForge, needsVerified));
    demand(asked, ...(demands.optional ? [{}] : []));
  }
}

/** How the guard may refuse. */
function refusals(
  demands: AuthenticatedOptions,
  mayForge: boolean,
  needsVerified: boolean,
): UsersErrorCode[] {
  const codes: UsersErrorCode[] = ['SERVICE_UNAVAILABLE'];
  if (demands.optional) return codes;
  codes.push('UNAUTHORIZED');
  if (needsVerified || demands.verified || demands.superuser) codes.push('FORBIDDEN');
  if (mayForge) codes.push('CSRF_REJECTED');
  return codes;
}

function has(notes: readonly Note[], kind: Note['kind']): boolean {
  return notes.some((note) => note.kind === kind);
}

/** As the guard sees it: later notes complete earlier ones, a method's those of its class. */
function demandsOf(notes: readonly Note[]): AuthenticatedOptions {
  const demands = notes.map((note) => (note.kind === 'guarded' ? note.demands : undefined));
  return demands.reduce<AuthenticatedOptions>(completeDemands, {});
}

function mostDerived(notes: readonly Note[]): Function {
  return notes
    .map(({ controller }) => controller)
    .reduce((one, other) => (other.prototype instanceof one ? other : one));
}

function isCookie({ backend }: Credential): boolean {
  return backend instanceof AuthBackend && backend.transport.description.kind === 'cookie';
}
