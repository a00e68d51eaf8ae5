import { AuthBackend, type Backend } from '../auth/auth-backend.js';
import { PassportBackend } from '../auth/passport-backend.js';
import type { SecurityScheme } from './security-scheme.js';

/** How the credential of a backend travels. @param login - address of its login route, if there is one */
export function securityScheme(backend: Backend, login: string | undefined): SecurityScheme {
  if (backend instanceof AuthBackend) return transportScheme(backend, login);
  if (backend instanceof PassportBackend && backend.securityScheme) return backend.securityScheme;
  return { type: 'http', scheme: backend.challenge.split(' ')[0]?.toLowerCase() };
}

function transportScheme({ transport }: AuthBackend, login: string | undefined): SecurityScheme {
  const { description } = transport;
  if (description.kind !== 'bearer') {
    const note = login && {
      description: `Log in by \`POST ${login}\`.${BY_ITSELF[description.kind]}`,
    };
    return { type: 'apiKey', in: description.kind, name: description.name, ...note };
  }
  if (login === undefined) return { type: 'http', scheme: 'bearer' };
  return {
    type: 'oauth2',
    description: 'The e-mail address is the user name. Client credentials are not needed.',
    flows: { password: { tokenUrl: login, scopes: {} } },
  };
}

const BY_ITSELF = { cookie: ' A browser then sends the cookie by itself.', header: '' };
