import type { Property } from './properties.js';

/** What the library knows better of its own fields than their types and rules tell. */
export const KNOWN_INPUTS: Readonly<Record<string, Property>> = {
  password: { format: 'password' },
  currentPassword: {
    format: 'password',
    description: 'Confirms a change of password or address.',
  },
};

/** Fields of `UserDto`, which every user has. */
export const KNOWN_OUTPUTS: Readonly<Record<string, Property>> = {
  id: {},
  email: { format: 'email' },
  isActive: {},
  isSuperuser: {},
  isVerified: {},
};

/**
 * Types of the library's own fields that are unions: TypeScript leaves nothing of them. Swagger wants a
 * `type` beside `oneOf`, and leaves it out.
 */
export const UNIONS: Readonly<Record<string, Property>> = {
  id: { type: 'object', oneOf: [{ type: 'string' }, { type: 'integer' }] },
  pendingEmail: { type: 'string', format: 'email' },
};
