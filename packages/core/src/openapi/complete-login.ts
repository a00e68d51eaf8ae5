import type { AuthBackend } from '../auth/auth-backend.js';
import type { Operation } from './document.js';

/** Leaves in the description of a login what the backends of the application do. */
export function completeLogin(operation: Operation, backends: readonly AuthBackend[]): void {
  nameBackends(operation, backends);
  const kinds = backends.map(({ transport }) => transport.description.kind);
  if (kinds.every((kind) => kind === 'cookie')) delete operation.responses['200'];
  if (kinds.every((kind) => kind === 'bearer')) delete operation.responses['204'];
  if (backends.every(({ transport }) => !transport.acceptsForms)) {
    delete operation.requestBody?.content['application/x-www-form-urlencoded'];
  }
}

/** Lists the backends that the path may name. */
export function nameBackends(operation: Operation, backends: readonly AuthBackend[]): void {
  const names = backends.map(({ name }) => name);
  operation.parameters = (operation.parameters ?? []).map((parameter) =>
    parameter.name === 'backend'
      ? { ...parameter, schema: { type: 'string', enum: names } }
      : parameter,
  );
}
