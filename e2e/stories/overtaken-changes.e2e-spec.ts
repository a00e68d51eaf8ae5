import { AuthService, BadCredentialsError } from '@nestjs-users/core';
import { describe, expect, it, vi } from 'vitest';
import { expectUnauthorized } from '../harness/errors.js';
import { newPassword } from '../harness/leaks.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** What ends all credentials of the caller and makes a new one. */
const renewals = {
  'a change of password': ({ password }: Persona) => ({
    method: 'PATCH',
    path: '/users/me',
    body: { password: newPassword(), currentPassword: password },
  }),
  'logging out elsewhere': () => ({ method: 'POST', path: '/users/me/sessions/revoke-others' }),
};

tell(
  'Changes that another one overtakes',
  everyPlatform,
  (stage) => {
    describe.each(backends)('with %s', (backend) => {
      it.each(Object.entries(renewals))(
        'IN-13: %s, and somebody else ends all credentials before the new one is there: a 401 that says how to log in',
        async (_name, messageOf) => {
          const { host } = stage;
          const anna = await newcomer(host, backend);
          const message = messageOf(anna);
          const issue = vi.spyOn(host.app.get(AuthService), 'issue');
          issue.mockRejectedValueOnce(new BadCredentialsError());
          const answer = await anna.send(message);
          issue.mockRestore();
          expectUnauthorized(answer);
          expect(answer.cookies).toEqual([]);
          expectUnauthorized(await anna.me());
        },
      );
    });
  },
  { extras: { routes: { mySessions: true } } },
);
