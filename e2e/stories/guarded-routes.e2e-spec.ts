import { UserAdapter, UsersAuthGuard } from '@nestjs-users/core';
import { APP_GUARD } from '@nestjs/core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { expectError, expectUnauthorized } from '../harness/errors.js';
import { guardedControllers } from '../harness/guarded-controllers.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Who asks. */
const callers = {
  nobody: {},
  inactive: {},
  plain: {},
  verified: { isVerified: true },
  superuser: { isSuperuser: true },
  both: { isVerified: true, isSuperuser: true },
} as const;
type Caller = keyof typeof callers;

/** What each of them gets: `y` their own name, `-` nobody's, or a status. */
type Outcome = 'y' | '-' | 401 | 403 | 404;
type Row = readonly [path: string, ...outcomes: Outcome[]];

//                            nobody inactive plain verified superuser both
const ACTIVE = [401, 401, 'y', 'y', 'y', 'y'] as const;
const VERIFIED = [401, 401, 403, 'y', 403, 'y'] as const;
const SUPERUSER = [401, 401, 403, 403, 'y', 'y'] as const;
const BOTH = [401, 401, 403, 403, 403, 'y'] as const;
const OPEN = ['-', '-', '-', '-', '-', '-'] as const;
const OPTIONAL = ['-', '-', 'y', 'y', 'y', 'y'] as const;
const MISSING = [404, 404, 404, 404, 404, 404] as const;

const rows: readonly Row[] = [
  ['active/base', ...ACTIVE],
  ['active/verified', ...VERIFIED],
  ['active/both', ...BOTH],
  ['active/optional', ...OPTIONAL],
  ['active/optional-verified', '-', '-', '-', 'y', '-', 'y'],
  ['active/open', ...OPEN],
  ['superuser/base', ...SUPERUSER],
  ['superuser/plain', ...SUPERUSER],
  ['superuser/completed', ...BOTH],
  ['superuser/loosened', ...ACTIVE],
  ['superuser/optional', '-', '-', '-', '-', 'y', 'y'],
  ['inherited/base', ...SUPERUSER],
  ['inherited/completed', ...BOTH],
  ['inherited/loosened', ...ACTIVE],
  ['narrowed/base', ...BOTH],
  ['narrowed/loosened', ...VERIFIED],
  ['opened/base', ...OPEN],
  ['opened/plain', ...SUPERUSER],
  ['overridden/completed', ...SUPERUSER],
  ['overridden/base', ...BOTH],
  ['overridden/plain', ...MISSING],
  ['overridden/loosened', ...ACTIVE],
  ['optional/base', ...OPTIONAL],
  ['optional/strict', ...ACTIVE],
  ['optional/superuser', ...SUPERUSER],
  ['strictened/base', ...SUPERUSER],
  ['strictened/strict', ...SUPERUSER],
  ['anonymous/base', ...OPEN],
  ['anonymous/guarded', ...ACTIVE],
  ['mixed/bare-guard', ...ACTIVE],
  ['mixed/twice', ...BOTH],
  ['mixed/upper-authenticated', ...ACTIVE],
  ['mixed/upper-anonymous', ...OPEN],
];

const globalGuard = { provide: APP_GUARD, useExisting: UsersAuthGuard };

describe.each([
  { guard: 'no global guard', undecorated: OPEN, providers: [] },
  { guard: 'a global guard', undecorated: ACTIVE, providers: [globalGuard] },
])('With $guard', ({ undecorated, providers }) => {
  tell(
    'Guarded routes',
    [everyPlatform[0]!, everyPlatform.at(-1)!],
    (stage) => {
      const headers = {} as Record<Caller, Record<string, string>>;
      const names = {} as Record<Caller, string | null>;
      beforeAll(async () => {
        for (const [caller, rights] of Object.entries(callers) as [Caller, object][]) {
          const persona = await newcomer(stage.host, 'jwt', rights);
          headers[caller] = caller === 'nobody' ? {} : persona.credential;
          names[caller] = persona.email;
          if (caller === 'inactive')
            await stage.host.users.update({ id: persona.id }, { isActive: false });
        }
      });

      it.each([...rows, ['mixed/undecorated', ...undecorated] as const])(
        'CF-05: %s',
        async (path, ...outcomes) => {
          for (const [index, caller] of (Object.keys(callers) as Caller[]).entries()) {
            for (const method of ['GET', 'HEAD']) {
              const answer = await stage.host.send({
                method,
                path: `/${path}`,
                headers: headers[caller],
              });
              const outcome = outcomes[index];
              const status = typeof outcome === 'number' ? outcome : 200;
              expect(answer.status, `${caller} ${method}`).toBe(status);
              if (method === 'HEAD' || status === 404) continue;
              if (status === 401) expectUnauthorized(answer);
              else if (status === 403) expectError(answer, 403, 'FORBIDDEN');
              else
                expect(answer.body, caller).toEqual({ by: outcome === 'y' ? names[caller] : null });
            }
          }
        },
      );

      it('CF-05: two guards of one route read the user once', async () => {
        const find = vi.spyOn(stage.host.app.get(UserAdapter, { strict: false }), 'findById');
        await stage.host.send({ path: '/active/verified', headers: headers.verified });
        expect(find).toHaveBeenCalledTimes(1);
        find.mockRestore();
      });

      it('CF-05: the library’s own routes are open or guarded as ever', async () => {
        const post = (path: string) => stage.host.send({ method: 'POST', path, body: {} });
        for (const path of ['register', 'login/jwt', 'forgot-password', 'reset-password']) {
          expect((await post(`/users/${path}`)).status, path).toBe(422);
        }
        expect((await stage.host.send({ path: '/users/me', headers: headers.plain })).status).toBe(
          200,
        );
        expect((await stage.host.send({ path: '/users', headers: headers.plain })).status).toBe(
          403,
        );
        expectUnauthorized(await stage.host.send({ path: '/users/me' }));
      });
    },
    { controllers: guardedControllers, providers },
  );
});
