import {
  AuthBackend,
  BearerTransport,
  BeforeUserLogin,
  type BeforeUserLoginEvent,
  LoggerSecurityLog,
  SecurityLog,
  type SecurityRecord,
  UsersEventBus,
} from '@nestjs-users/core';
import { ConsoleLogger, ImATeapotException, Injectable, Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cancelChange, confirmChange, pendingChange } from '../harness/email-change.js';
import { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { askForMail, recover } from '../harness/recovery.js';
import { pairFor, pairOf, refreshBackends, refreshWith } from '../harness/refreshing.js';
import { everyPlatform, tell } from '../harness/tell.js';
import { verificationOf, verifyBy } from '../harness/verification.js';

const records: SecurityRecord[] = [];
class MemorySecurityLog extends SecurityLog {
  override async write(record: SecurityRecord): Promise<void> {
    records.push(record);
  }
}

@Injectable()
class Doorman {
  @BeforeUserLogin()
  refuse({ user }: BeforeUserLoginEvent): void {
    if (user.email.startsWith('vetoed')) throw new ImATeapotException();
  }
}

const AGENT = 'Story/1.0';
const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');

/** What a record says, beside what every one of them says. */
type Said = Partial<SecurityRecord>;

/** Who takes part in a story. */
interface Cast {
  readonly host: Host;
  readonly anna: Persona;
  readonly admin: Persona;
}

interface Action {
  readonly action: string;
  /** @returns what is to be recorded of it */
  readonly act: (cast: Cast) => Promise<Said[]>;
}

const headers = { 'user-agent': AGENT };
const ofAnna = ({ anna }: Cast): Said => ({ userId: anna.id });
const ofAdmin = ({ anna, admin }: Cast): Said => ({
  userId: anna.id,
  actorId: admin.id,
  backend: 'jwt',
});
const failed = { outcome: 'failure' } as const;
const byDigest = { account: expect.stringMatching(/^[\da-f]{16}$/) as string };
const logIn = ({ host }: Cast, username: string, password: string, backend = 'jwt') =>
  host.send({
    method: 'POST',
    path: `/users/login/${backend}`,
    headers,
    body: { username, password },
  });
const patch = (persona: Persona, path: string, body: object) =>
  persona.send({ method: 'PATCH', path, headers, body });

const actions: readonly Action[] = [
  {
    action: 'a registration',
    act: async ({ host }) => {
      const body = { email: newEmail(), password: newPassword() };
      const answer = await host.send({ method: 'POST', path: '/users/register', headers, body });
      return [{ event: 'account.created', userId: String(answer.body.id) }];
    },
  },
  {
    action: 'a login',
    act: async (cast) => {
      await logIn(cast, cast.anna.email, cast.anna.password);
      return [{ event: 'login.succeeded', ...ofAnna(cast), backend: 'jwt' }];
    },
  },
  {
    action: 'a wrong password',
    act: async (cast) => {
      await logIn(cast, cast.anna.email, 'wrong horse');
      return [
        {
          ...{ event: 'login.failed', ...failed, ...ofAnna(cast), ...byDigest },
          ...{ backend: 'jwt', reason: 'wrong_password' },
        },
      ];
    },
  },
  {
    action: 'a login to no account',
    act: async (cast) => {
      await logIn(cast, newEmail(), 'wrong horse');
      const reason = 'unknown_account';
      return [{ event: 'login.failed', ...failed, ...byDigest, backend: 'jwt', reason }];
    },
  },
  {
    action: 'a login of somebody inactive',
    act: async (cast) => {
      const gone = await newcomer(cast.host, 'jwt', { isActive: false });
      await cast.host.events.during(async () => {});
      records.length = 0;
      await logIn(cast, gone.email, gone.password);
      return [
        {
          ...{ event: 'login.failed', ...failed, ...byDigest, userId: gone.id },
          ...{ backend: 'jwt', reason: 'inactive' },
        },
      ];
    },
  },
  {
    action: 'a login that a listener refuses',
    act: async (cast) => {
      const [email, password] = [newEmail('vetoed'), newPassword()];
      const { id } = await cast.host.users.create({ email, password });
      await cast.host.events.during(async () => {});
      records.length = 0;
      await logIn(cast, email, password);
      return [
        {
          ...{ event: 'login.failed', ...failed, ...byDigest, userId: String(id) },
          ...{ backend: 'jwt', reason: 'vetoed' },
        },
      ];
    },
  },
  {
    action: 'a login of somebody unverified, where that is demanded',
    act: async (cast) => {
      await logIn(cast, cast.anna.email, cast.anna.password, 'verified');
      return [
        {
          ...{ event: 'login.failed', ...failed, ...ofAnna(cast), ...byDigest },
          ...{ backend: 'verified', reason: 'unverified' },
        },
      ];
    },
  },
  {
    action: 'a log-out',
    act: async (cast) => {
      await cast.anna.send({ method: 'POST', path: '/users/logout/jwt', headers });
      return [
        { event: 'logout.succeeded', ...ofAnna(cast), actorId: cast.anna.id, backend: 'jwt' },
      ];
    },
  },
  {
    action: 'a forgotten password, and the new one',
    act: async (cast) => {
      await recover(cast.host, cast.anna.email, newPassword());
      return [
        { event: 'password.reset_requested', ...ofAnna(cast), userAgent: null },
        { event: 'password.reset', ...ofAnna(cast), userAgent: null },
      ];
    },
  },
  {
    action: 'a verification',
    act: async (cast) => {
      await verifyBy(cast.host, await verificationOf(cast.anna));
      return [
        { event: 'verification.requested', ...ofAnna(cast), userAgent: null },
        { event: 'verification.succeeded', ...ofAnna(cast), userAgent: null },
      ];
    },
  },
  {
    action: 'another address',
    act: async (cast) => {
      const { anna, host } = cast;
      const own = { ...ofAnna(cast), userAgent: null };
      const asked = { ...own, actorId: anna.id, backend: 'jwt' };
      const first = await pendingChange(anna);
      await cancelChange(host, first.cancelToken);
      const second = await pendingChange(anna);
      await confirmChange(host, second.token);
      return [
        { event: 'email_change.requested', ...asked },
        { event: 'email_change.cancelled', ...own },
        { event: 'email_change.requested', ...asked },
        { event: 'email.changed', ...own, details: { isVerified: true } },
      ];
    },
  },
  {
    action: 'another password',
    act: async (cast) => {
      const { anna } = cast;
      const body = { password: newPassword(), currentPassword: anna.password };
      expect((await patch(anna, '/users/me', body)).status).toBe(200);
      return [{ event: 'password.changed', ...ofAnna(cast), actorId: anna.id, backend: 'jwt' }];
    },
  },
  {
    action: 'a wrong current password',
    act: async (cast) => {
      const { anna } = cast;
      await patch(anna, '/users/me', { password: newPassword(), currentPassword: 'wrong horse' });
      return [
        {
          ...{ event: 'password.confirmation_failed', ...failed, ...ofAnna(cast) },
          ...{ actorId: anna.id, backend: 'jwt', reason: 'wrong_password' },
        },
      ];
    },
  },
  {
    action: 'a change that has nothing to do with security',
    act: async ({ anna }) => {
      await patch(anna, '/users/me', { firstName: 'Anna' });
      return [];
    },
  },
  {
    action: 'rights that a superuser gives and takes',
    act: async (cast): Promise<Said[]> => {
      const { anna, admin } = cast;
      await patch(admin, `/users/${anna.id}`, { isSuperuser: true, isVerified: true });
      await patch(admin, `/users/${anna.id}`, { isActive: false });
      return [
        {
          ...{ event: 'privileges.changed', ...ofAdmin(cast) },
          details: { isSuperuser: true, isVerified: true },
        },
        { event: 'privileges.changed', ...ofAdmin(cast), details: { isActive: false } },
      ];
    },
  },
  {
    action: 'an administration that is refused, once in a minute',
    act: async (cast) => {
      const { anna } = cast;
      for (let count = 0; count < 9; count++) await anna.send({ path: '/users', headers });
      return [
        {
          ...{ event: 'access.denied', ...failed, ...ofAnna(cast) },
          ...{ actorId: anna.id, backend: 'jwt', reason: 'not_superuser' },
        },
      ];
    },
  },
  {
    action: 'a deletion by a superuser',
    act: async (cast) => {
      await cast.admin.send({ method: 'DELETE', path: `/users/${cast.anna.id}`, headers });
      return [{ event: 'account.deleted', ...ofAdmin(cast) }];
    },
  },
  {
    action: 'a refresh token that is used twice',
    act: async (cast) => {
      const { refresh } = await pairFor(cast.anna, 'mobile');
      await refreshWith(cast.host, 'mobile', refresh);
      await refreshWith(cast.host, 'mobile', refresh);
      const own = { ...ofAnna(cast), userAgent: null, backend: 'mobile' };
      const details = { sessionId: expect.stringMatching(/^[\da-f]{32}$/) as string };
      return [
        { event: 'login.succeeded', ...own },
        { event: 'token.reused', ...failed, ...own, details },
      ];
    },
  },
  {
    action: 'a session that is ended from the list, and all of them',
    act: async (cast) => {
      const answer = await logIn(cast, cast.anna.email, cast.anna.password, 'mobile');
      const own = { ...headers, authorization: `Bearer ${pairOf(answer)!.access}` };
      const { body } = await cast.host.send({ path: '/users/me/sessions', headers: own });
      const [{ id }] = body.items as [{ id: string }];
      const end = { path: `/users/me/sessions/${id}`, method: 'DELETE' };
      expect((await cast.anna.send({ ...end, headers })).status).toBe(204);
      await cast.anna.send({ method: 'POST', path: '/users/me/sessions/revoke-others', headers });
      const mine = { ...ofAnna(cast), actorId: cast.anna.id };
      return [
        { event: 'login.succeeded', ...ofAnna(cast), backend: 'mobile' },
        { event: 'session.ended', ...mine, backend: 'mobile', details: { sessionId: id } },
        { event: 'sessions.revoked', ...mine, backend: 'jwt' },
      ];
    },
  },
  {
    action: 'a limit that is reached, once in a minute',
    act: async (cast) => {
      const email = newEmail();
      for (let count = 0; count < 9; count++) await logIn(cast, email, 'wrong horse');
      const missed = { event: 'login.failed', ...failed, ...byDigest, backend: 'jwt' } as const;
      return [
        ...Array.from({ length: 5 }, () => ({ ...missed, reason: 'unknown_account' })),
        {
          ...{ event: 'limit.reached', ...failed, ...byDigest, reason: 'too_many_attempts' },
          details: { limit: 'password', by: 'account' },
        },
      ];
    },
  },
  {
    action: 'mails enough',
    act: async (cast) => {
      const { host, anna } = cast;
      for (let count = 0; count < 6; count++) {
        await askForMail(host, 'request-verify-token', anna.email);
      }
      const own = { ...ofAnna(cast), userAgent: null };
      return [
        ...Array.from({ length: 4 }, () => ({ event: 'verification.requested', ...own }) as const),
        {
          ...{ event: 'limit.reached', ...failed, ...own, reason: 'too_many_attempts' },
          details: { limit: 'verification', by: 'account' },
        },
      ];
    },
  },
];

tell(
  'The security log',
  bare,
  (stage) => {
    it.each(actions)('LO-04: one record of $action, complete', async ({ act }) => {
      const { host } = stage;
      const anna = await newcomer(host);
      const admin = await newcomer(host, 'jwt', { isSuperuser: true });
      await host.app.get(UsersEventBus).settled();
      records.length = 0;
      const before = Date.now();
      const said = await act({ host, anna, admin });
      await host.app.get(UsersEventBus).settled();

      const expected = said.map((record) => ({
        outcome: 'success',
        occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
        module: 'users',
        userId: null,
        actorId: null,
        account: null,
        address: expect.stringMatching(/127\.0\.0\.1$/) as string,
        userAgent: AGENT,
        backend: null,
        reason: null,
        details: {},
        ...record,
      }));
      expect(inOrder(records)).toEqual(inOrder(expected));
      for (const { occurredAt } of records) {
        expect(Date.parse(occurredAt)).toBeGreaterThanOrEqual(before);
        expect(Date.parse(occurredAt)).toBeLessThanOrEqual(Date.now());
      }
    });

    it('LO-04: whoever code makes a superuser is recorded, with nobody behind it', async () => {
      const { host } = stage;
      records.length = 0;
      const input = { email: newEmail(), password: newPassword(), isSuperuser: true };
      const { id } = await host.users.create(input);
      await host.app.get(UsersEventBus).settled();
      expect(records).toEqual([
        expect.objectContaining({
          ...{ event: 'account.created', userId: String(id), actorId: null, address: null },
          details: { isSuperuser: true },
        }),
      ]);
    });

    it('LO-01: a password that was typed as address is in no record; its account is one in any spelling', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      await host.app.get(UsersEventBus).settled();
      records.length = 0;
      const typed = newPassword();
      const whole = { host, anna, admin: anna };
      for (const email of [typed, typed, anna.email.toUpperCase(), anna.email]) {
        await logIn(whole, email, 'wrong horse');
        // Of several refusals any may be told first.
        await host.app.get(UsersEventBus).settled();
      }
      expect(JSON.stringify(records)).not.toContain(typed);
      expect(JSON.stringify(records)).not.toContain(anna.email);
      const accounts = records.map(({ account }) => account);
      expect(accounts).toHaveLength(4);
      expect(accounts[0]).toBe(accounts[1]);
      expect(accounts[2]).toBe(accounts[3]);
      expect(new Set(accounts).size).toBe(2);
    });
  },
  {
    options: {
      securityLog: new MemorySecurityLog(),
      attemptLimits: {
        perAccount: { max: 5, perSeconds: 900 },
        perAddress: { max: 10_000, perSeconds: 900 },
      },
      mailLimit: { max: 4, perSeconds: 900 },
    },
    extras: { emailChange: 'confirmed', routes: { refresh: true, mySessions: true } },
    backends: (store) => {
      const backends = refreshBackends(store, { graceSeconds: 0 });
      const strategy = backends[0]!.strategy;
      const transport = new BearerTransport();
      const requireVerified = true;
      return [
        ...backends,
        new AuthBackend({ name: 'verified', transport, strategy, requireVerified }),
      ];
    },
    providers: [Doorman],
  },
);

/** Each of several listeners of one turn may be the first. */
function inOrder(list: readonly { event?: string; reason?: string | null }[]): unknown[] {
  const key = ({ event, reason }: { event?: string; reason?: string | null }) =>
    `${event} ${reason}`;
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('The security log of a client that lies', () => {
  const lines: string[] = [];
  afterEach(() => {
    vi.restoreAllMocks();
    lines.length = 0;
  });

  it.each(
    bare.flatMap((setup) => [
      { setup, json: true },
      { setup, json: false },
    ]),
  )(
    'LO-05: neither address nor user agent makes a line ($setup.platform, JSON: $json)',
    async ({ setup, json }) => {
      const logger = new ConsoleLogger({ json, colors: false, compact: true });
      for (const stream of [process.stdout, process.stderr]) {
        vi.spyOn(stream, 'write').mockImplementation((chunk) => {
          lines.push(String(chunk));
          return true;
        });
      }
      const host = await Host.start(setup, {
        options: { securityLog: true },
        configure: (app) => app.useLogger(logger),
      });
      const forged = '[Nest] 1 - LOG [UsersSecurity] login.succeeded \u001b[2K\u001b[1A\u0007';
      const before = lines.length;
      for (const [username, agent] of [
        [
          `a@example.org\r\n${forged}`,
          `Agent\t\u009b31m${forged}`.replaceAll(/[^\t\x20-\xff]/g, ''),
        ],
        [`a@example.org\u2028${forged}`, 'x'.repeat(5000)],
        [`"}\n{"event":"login.succeeded"}`, '"}{"event":"login.succeeded"'],
      ] as const) {
        const answer = await host.send({
          method: 'POST',
          path: '/users/login/jwt',
          headers: { 'user-agent': agent },
          body: { username, password: 'wrong horse' },
        });
        expect(answer.status).toBe(400);
        await host.app.get(UsersEventBus).settled();
      }
      await host.close();
      vi.restoreAllMocks();

      const written = lines.slice(before).filter((line) => line.includes('login.failed'));
      expect(written).toHaveLength(3);
      for (const text of written) {
        expect(text.trimEnd()).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029]/u);
        expect(text).not.toContain('a@example.org');
        expect(text.length).toBeLessThan(1500);
      }
      if (!json) return;
      const parsed = written.map((text) => JSON.parse(text) as { message: SecurityRecord });
      for (const { message } of parsed) expect(message.event).toBe('login.failed');
      expect(parsed[2]?.message.userAgent).toBe('"}{"event":"login.succeeded"');
      expect(written.every((text) => text.trimEnd().split('\n').length === 1)).toBe(true);
    },
  );
});

describe('The security log by Nest’s logger', () => {
  it('is off unless somebody wants it', async () => {
    const host = await Host.start(bare[0]!);
    const anna = await newcomer(host);
    await anna.login('wrong horse');
    await host.app.get(UsersEventBus).settled();
    expect(host.log.join()).not.toContain('login.');
    await host.close();
  });

  it('warns of failures, and tells the rest', () => {
    const told = vi.spyOn(Logger.prototype, 'log').mockImplementation(() => {});
    const warned = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const log = new LoggerSecurityLog();
    const record = { event: 'login.succeeded', outcome: 'success' } as SecurityRecord;
    log.write(record);
    log.write({ ...record, event: 'login.failed', outcome: 'failure' });
    expect(told.mock.calls).toEqual([[record]]);
    expect(warned.mock.calls).toEqual([[{ event: 'login.failed', outcome: 'failure' }]]);
    vi.restoreAllMocks();
  });
});
