import {
  DuringUserExport,
  DuringUserExportEvent,
  OnUserExported,
  ServiceUnavailableError,
  UserExportedEvent,
} from '@nestjs-users/core';
import { ImATeapotException, Injectable } from '@nestjs/common';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectUnauthorized } from '../harness/errors.js';
import type { HostOptions } from '../harness/host.js';
import type { User } from '../harness/models.js';
import { backends, newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, everySetup, tell } from '../harness/tell.js';

/** What parts of the application know about everybody. */
@Injectable()
class Knowledge {
  static orders: unknown;
  static more: Readonly<Record<string, unknown>> = {};
  static error: Error | undefined;
  static readonly handedTo: string[] = [];

  @DuringUserExport({ order: 1 })
  async last(event: DuringUserExportEvent<User>): Promise<void> {
    await Promise.resolve();
    for (const [section, data] of Object.entries(Knowledge.more)) event.add(section, data);
    if (Knowledge.error) throw Knowledge.error;
  }

  @DuringUserExport()
  async orders(event: DuringUserExportEvent<User>): Promise<void> {
    await Promise.resolve();
    event.add('orders', Knowledge.orders);
    event.user.firstName = 'Changed by a listener';
  }

  @OnUserExported()
  note({ user }: UserExportedEvent<User>): void {
    Knowledge.handedTo.push(user.email);
  }
}

beforeEach(() => {
  Object.assign(Knowledge, { orders: [], more: {}, error: undefined });
});

const EXPORTABLE = {
  extras: { routes: { exportMe: true } },
  providers: [Knowledge],
} satisfies HostOptions;

const ask = (who: Persona): Promise<Answer> => who.send({ path: '/users/me/export' });

tell(
  'What is known about me',
  everySetup,
  (stage) => {
    it.each(backends)('is handed over as a file that no cache keeps (%s)', async (backend) => {
      const { host } = stage;
      const anna = await newcomer(host, backend, { isVerified: true });
      const users = host.dataSource.getRepository(host.entity);
      await users.update({ id: anna.id }, { pendingEmail: 'new@example.org', role: 'editor' });
      const row = (await host.row({ id: anna.id }))!;
      const since = new Date('2020-02-29T12:00:00Z');
      Knowledge.orders = [{ number: 1, items: ['tea', '🫖'], since, note: undefined }];
      Knowledge.more = { visits: 3, nothing: null, unknown: undefined };

      let answer: Answer | undefined;
      const events = await host.events.during(async () => {
        answer = await ask(anna);
      });
      expect(answer?.status).toBe(200);
      expect(answer?.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="account.json"',
        'cache-control': 'no-store',
      });
      expect(answer?.body).toStrictEqual({
        exportedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        user: {
          ...(await anna.me()).body,
          pendingEmail: 'new@example.org',
          createdAt: row.createdAt.toISOString(),
          updatedAt: row.updatedAt.toISOString(),
        },
        sections: {
          orders: [{ number: 1, items: ['tea', '🫖'], since: since.toISOString() }],
          ...{ visits: 3, nothing: null, unknown: null },
        },
      });
      expect(Object.keys(answer?.body.sections)[0], 'in the order of the listeners').toBe('orders');
      for (const secret of [row.hashedPassword, row.securityStamp, 'editor']) {
        expect(answer?.text).not.toContain(secret);
      }

      expect(events).toEqual([expect.any(UserExportedEvent)]);
      expect(events[0]).toMatchObject({ user: { id: anna.id, firstName: null } });
      expect(events[0]?.request?.url).toBe('/users/me/export');
      const [question] = (await host.events.of(DuringUserExportEvent)).slice(-1);
      expect(question).toMatchObject({ user: { id: anna.id, email: anna.email } });
      expect(question?.user.hashedPassword ?? question?.user.securityStamp).toBeUndefined();
      expect(await host.row({ id: anna.id }), 'nothing was written').toEqual(row);
    });

    it('is for nobody but me', async () => {
      const { host } = stage;
      const [anna, admin] = [
        await newcomer(host),
        await newcomer(host, 'cookie', { isSuperuser: true }),
      ];
      const events = await host.events.during(async () => {
        expectUnauthorized(await host.send({ path: '/users/me/export' }));
        await host.users.update({ id: anna.id }, { isActive: false });
        const refused = await ask(anna);
        expectUnauthorized(refused);
        expect(refused.headers).not.toHaveProperty('content-disposition');
        const path = `/users/${anna.id}/export`;
        expect((await admin.send({ path })).status).toBe(404);
      });
      expect(events.filter((event) => event instanceof UserExportedEvent)).toEqual([]);
      const mine = await admin.send({ path: `/users/me/export?id=${anna.id}&userId=${anna.id}` });
      expect(mine.body).toMatchObject({ user: { id: admin.id } });
    });

    describe('if it cannot be told', () => {
      /** An answer that is no file, after which nobody believes that anything was handed over. */
      async function failed(): Promise<[answer: Answer, logged: string]> {
        const { host } = stage;
        const anna = await newcomer(host);
        const lines = host.log.length;
        let answer!: Answer;
        const events = await host.events.during(async () => {
          answer = await ask(anna);
        });
        expect(events).toEqual([]);
        expect(Knowledge.handedTo).not.toContain(anna.email);
        expect(answer.headers).not.toHaveProperty('content-disposition');
        expect(answer.headers['cache-control']).toBe('no-store');
        return [answer, host.log.slice(lines).join('\n')];
      }

      it('because a listener refuses: that is the answer', async () => {
        Knowledge.error = new ImATeapotException({ message: 'Once a day.', hint: 'tea' });
        const [refused] = await failed();
        expect(refused).toMatchObject({ status: 418, body: { hint: 'tea' } });

        Knowledge.error = new ServiceUnavailableError(9, 'The archive is closed.');
        const [closed, logged] = await failed();
        expect(closed).toMatchObject({ status: 503, body: { code: 'SERVICE_UNAVAILABLE' } });
        expect(closed.headers['retry-after']).toBe('9');
        expect(logged).toContain('The archive is closed.');
      });

      it('because a listener has a fault: 500, and the reason is in the log', async () => {
        Knowledge.error = new Error('a secret reason');
        const [answer, logged] = await failed();
        expectFault(answer);
        expect(logged).toContain('a secret reason');
      });

      it('because two listeners have the same name for their sections', async () => {
        Knowledge.more = { orders: [] };
        const [answer, logged] = await failed();
        expectFault(answer);
        expect(logged).toContain(
          'The export has a section "orders" already. Give yours another name.',
        );
      });

      const cycle: Record<string, unknown> = {};
      cycle['self'] = { cycle };
      const moody = {
        toJSON(): never {
          throw new Error('not today');
        },
      };
      it.each<[string, unknown, string]>([
        ['a BigInt', { cents: [100n] }, 'BigInt'],
        ['a cycle', cycle, 'circular'],
        ['what refuses', [moody], 'not today'],
        ['a function', () => 'data', 'a function'],
        ['a symbol', Symbol('data'), 'a symbol'],
      ])('because a section has what JSON cannot hold: %s', async (_what, data, reason) => {
        Knowledge.more = { wallet: data };
        const [answer, logged] = await failed();
        expectFault(answer);
        expect(logged).toMatch(/The section "wallet" of the export cannot be written as JSON: .*/);
        expect(logged).toContain(reason);
        expect(logged).toContain('Add plain data');
        expect(logged, 'the stack leads to the listener').toContain('Knowledge.last');
      });
    });

    it('is there for code as it is, and its listeners hear of it without a request', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const since = new Date();
      Knowledge.orders = { since };
      const events = await host.events.during(async () => {
        const { user, sections } = await host.users.exportData({ id: anna.id as never });
        expect(user).toMatchObject({ email: anna.email, role: 'member' });
        expect(user.hashedPassword ?? user.securityStamp).toBeUndefined();
        expect(sections).toEqual({ orders: { since } });
      });
      expect(events).toEqual([expect.any(UserExportedEvent)]);
      expect(events[0]?.request).toBeUndefined();
    });
  },
  EXPORTABLE,
);

/** A fault of the application: the client learns nothing of it. */
function expectFault({ status, body }: Answer): void {
  expect(status).toBe(500);
  expect(body).toEqual({ statusCode: 500, message: 'Internal server error' });
}

tell('Where nobody has switched it on', everyPlatform, (stage) => {
  it('nobody can export anything: there is no such route', async () => {
    const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    expect((await ask(admin)).status).toBe(404);
    expect((await stage.host.send({ path: '/users/me/export' })).status).toBe(404);
  });
});
