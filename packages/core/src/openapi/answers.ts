import type { Type } from '@nestjs/common';
import { SessionDto } from '../dto/session.dto.js';
import { describeOutput } from './describe-output.js';
import { addProperties, schemaName } from './properties.js';

/** The schema of what a login over a bearer backend answers (RFC 6749, 5.1). */
export class TokenDto {}

addProperties(TokenDto, {
  access_token: { type: 'string' },
  token_type: { enum: ['bearer'] },
  expires_in: { type: 'integer', description: 'Seconds.' },
  refresh_token: {
    type: 'string',
    required: false,
    description: 'Where the backend has refresh tokens.',
  },
});

/** The schema of the new credential beside one's own changed account. */
export class RenewedTokenDto {}

addProperties(RenewedTokenDto, {
  access_token: {
    type: 'string',
    required: false,
    description: 'After a change of password, which ended the token of the request.',
  },
  token_type: { enum: ['bearer'], required: false },
  expires_in: { type: 'integer', required: false, description: 'Seconds.' },
});

const instant = { type: 'string', format: 'date-time' };

addProperties(SessionDto, {
  id: { type: 'string' },
  backend: { type: 'string' },
  createdAt: instant,
  lastUsedAt: { ...instant, description: 'To the minute.' },
  expiresAt: { ...instant, description: 'The end, unless it is used before.' },
  address: { type: 'string', nullable: true, description: 'Where the login came from.' },
  userAgent: { type: 'string', nullable: true, description: 'What the client called itself.' },
  isCurrent: { type: 'boolean', description: 'Whether it is the session of this request.' },
});

/** The schema of a list of sessions. */
export class SessionListDto {}

addProperties(SessionListDto, { items: { type: SessionDto, isArray: true } });

/** The schema of a public key (RFC 7517). */
class PublicJwkDto {}

addProperties(PublicJwkDto, {
  kid: { type: 'string', description: 'What tokens name the key by.' },
  alg: { enum: ['RS256', 'ES256', 'EdDSA'] },
  use: { enum: ['sig'] },
  kty: { enum: ['RSA', 'EC', 'OKP'] },
});

/** The schema of a list of public keys (RFC 7517, 5). */
export class JwksDto {}

addProperties(JwksDto, { keys: { type: PublicJwkDto, isArray: true } });

const pages = new WeakMap<Type<object>, Type<object>>();

/** The schema of a page of read models. */
export function pageOf(model: Type<object>): Type<object> {
  const known = pages.get(model);
  if (known) return known;
  describeOutput(model);
  class Page {}
  Object.defineProperty(Page, 'name', { value: `${schemaName(model)}Page` });
  addProperties(Page, {
    items: { type: model, isArray: true },
    nextCursor: {
      type: 'string',
      nullable: true,
      description: 'What to send as `cursor` for the next page; `null` on the last one.',
    },
  });
  pages.set(model, Page);
  return Page;
}

const exports = new WeakMap<Type<object>, Type<object>>();

/** The schema of what is known about a user. */
export function exportOf(model: Type<object>): Type<object> {
  const known = exports.get(model);
  if (known) return known;
  describeOutput(model);
  class Export {}
  Object.defineProperty(Export, 'name', { value: `${schemaName(model)}Document` });
  addProperties(Export, {
    exportedAt: { type: 'string', format: 'date-time' },
    user: { type: model },
    sections: {
      type: 'object',
      additionalProperties: true,
      description: 'What other parts of the application know, by section.',
    },
  });
  exports.set(model, Export);
  return Export;
}
