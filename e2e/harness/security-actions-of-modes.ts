import { expect } from 'vitest';
import { newEmail } from './leaks.js';
import { register } from './registration.js';
import { failed, ofAnna, patch } from './security-actions.js';
import type { SecurityAction } from './security-records.js';

/** What concerns the safety of an account where another address counts at once, as it does by default. */
export const instantActions: readonly SecurityAction[] = [
  {
    action: 'another address',
    act: async (cast) => {
      const { anna } = cast;
      const body = { email: newEmail('new'), currentPassword: anna.password };
      expect((await patch(anna, '/users/me', body)).status).toBe(200);
      const own = { ...ofAnna(cast), actorId: anna.id, backend: 'jwt' };
      return [{ event: 'email.changed', ...own, details: { isVerified: false } }];
    },
  },
];

/** Where nobody is told by a registration who has an account. */
export const genericActions: readonly SecurityAction[] = [
  {
    action: 'a registration of an address that is somebody’s',
    act: async (cast) => {
      await register(cast.host, { email: cast.anna.email });
      return [{ event: 'account.claimed', ...ofAnna(cast), userAgent: null }];
    },
  },
  {
    action: 'such registrations enough',
    act: async (cast) => {
      for (let count = 0; count < 4; count++) await register(cast.host, { email: cast.anna.email });
      const own = { ...ofAnna(cast), userAgent: null };
      return [
        ...Array.from({ length: 2 }, () => ({ event: 'account.claimed', ...own }) as const),
        {
          ...{ event: 'limit.reached', ...failed, ...own, reason: 'too_many_attempts' },
          details: { limit: 'email-claimed', by: 'account' },
        },
      ];
    },
  },
];
