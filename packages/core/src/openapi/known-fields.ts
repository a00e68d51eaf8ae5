import type { Properties } from './properties.js';

/** What the library knows better of its own fields than their types and rules tell. */
export const KNOWN_INPUTS: Properties = {
  password: { format: 'password' },
  currentPassword: {
    format: 'password',
    description: 'Confirms a change of password or address.',
  },
};

/** Fields of `UserDto`, which every user has. */
export const KNOWN_OUTPUTS: Properties = {
  id: {},
  email: { format: 'email' },
  isActive: {},
  isSuperuser: {},
  isVerified: {},
};

/** The types of primary keys. */
export const USER_ID = { oneOf: [{ type: 'string' }, { type: 'integer' }] };
