import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectInvalid } from '../harness/errors.js';
import { newEmail } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { idsOn, idsOnAllPages, listUsers } from '../harness/user-pages.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

describe.each(['uuid', 'integer'] as const)('With %s ids', (kind) => {
  tell(
    'Pages of users',
    everyDatabase,
    (stage) => {
      let admin: Persona;
      /** In the order of creation, which is the order of the ids. */
      const known: User['id'][] = [];
      beforeAll(async () => {
        admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
        known.push((await stage.host.users.getByEmail(admin.email)).id);
        const others = Array.from({ length: 24 }, (_, index) => ({
          email: newEmail('Member'),
          isActive: index % 2 === 0,
          isVerified: index % 3 === 0,
        }));
        for (const other of others) known.push((await stage.host.users.create(other)).id);
      });

      it.each([1, 5, 25, 100])('AC-11: of %i show everybody once, in one order', async (limit) => {
        const found = await idsOnAllPages(admin, { limit });
        expect(found).toEqual(await idsOnAllPages(admin, { limit: 7 }));
        expect(found.toSorted()).toEqual(known.toSorted());
      });

      it('AC-11: have 20 users unless asked otherwise, as read models', async () => {
        const answer = await listUsers(admin);
        expect(answer.headers['cache-control']).toBe('no-store');
        expect(answer.body.items).toHaveLength(20);
        expect(answer.body.nextCursor).toEqual(expect.any(String));
        const mine = (await listUsers(admin, { email: admin.email })).body;
        expect(mine).toStrictEqual({ items: [(await admin.me()).body], nextCursor: null });
      });

      it('AC-11: stay in step while rows come and go, before and behind the cursor', async () => {
        const [doomed = ''] = known.splice(1, 1);
        const seen: unknown[] = [];
        const late: User['id'][] = [];
        const found = await idsOnAllPages(admin, { limit: 3 }, async (page) => {
          if (page === 2) await stage.host.users.delete({ id: doomed });
          if (page === 4) await stage.host.users.delete({ id: late[0] ?? '' });
          late.push((await stage.host.users.create({ email: newEmail('Late') })).id);
          seen.push(page);
        });
        expect(seen.length).toBeGreaterThan(8);
        expect(found[1]).toBe(doomed);
        expect(new Set(found).size).toBe(found.length);
        expect(found.filter((id) => known.includes(id as string))).toEqual(known);
        for (const id of late.slice(1)) await stage.host.users.delete({ id });
      });

      it('AC-11: go on after a cursor whose own row is gone', async () => {
        const user = await stage.host.users.create({ email: newEmail('Cursor') });
        const after = await stage.host.users.create({ email: newEmail('After') });
        const { body } = await listUsers(admin, { limit: known.length + 1 });
        expect(body.items.at(-1)).toMatchObject({ id: user.id });
        await stage.host.users.delete({ id: user.id });
        expect(idsOn(await listUsers(admin, { cursor: body.nextCursor }))).toEqual([after.id]);
        await stage.host.users.delete({ id: after.id });
      });

      it.each([
        { isActive: 'false' },
        { isActive: 'true' },
        { isVerified: 'true' },
        { isSuperuser: 'true' },
        { isSuperuser: 'false', isActive: 'true', isVerified: 'false' },
      ] as Record<string, string>[])(
        'show whoever passes the filter %j, and nobody else',
        async (filter) => {
          const fits = async (id: User['id']) => {
            const row = (await stage.host.row({ id })) as unknown as Record<string, unknown>;
            return Object.entries(filter).every(([field, value]) => String(row[field]) === value);
          };
          const expected: unknown[] = [];
          for (const id of known) if (await fits(id)) expected.push(id);
          expect(expected.length).toBeGreaterThan(0);
          expect(expected.length).toBeLessThan(known.length);
          const found = await idsOnAllPages(admin, { ...filter, limit: 5 });
          expect(found.toSorted()).toEqual(expected.toSorted());
        },
      );

      it('show nobody when nobody passes', async () => {
        const nobody = { items: [], nextCursor: null };
        expect((await listUsers(admin, { email: 'no@example.org' })).body).toEqual(nobody);
        const filter = { isSuperuser: 'true', isActive: 'false' };
        expect((await listUsers(admin, filter)).body).toEqual(nobody);
      });

      it('find by address in every spelling, and only the whole one', async () => {
        const spelled = admin.email.toUpperCase();
        expect(idsOn(await listUsers(admin, { email: spelled })).map(String)).toEqual([admin.id]);
        const others = ['%@example.org', '_nna@example.org', `x${admin.email}`];
        for (const email of others) expect(idsOn(await listUsers(admin, { email }))).toEqual([]);
      });
    },
    { ids: kind },
  );
});

tell('A list of users', everyPlatform, (stage) => {
  let admin: Persona;
  let plain: Answer;
  beforeAll(async () => {
    admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    for (let count = 0; count < 3; count++) await stage.host.users.create({ email: newEmail() });
    plain = await listUsers(admin);
  });

  it.each([
    ...['limit=-1', 'limit=0', 'limit=101', 'limit=1e9', 'limit=NaN', 'limit=', 'limit=5.0'],
    ...['limit=[]', 'limit=%205', 'limit=05', 'limit=%2B5', 'limit=0x5', 'limit=5&limit=6'],
    ...['limit=%EF%BC%95', 'limit=99999999999999999999', 'limit=5%00', 'limit=true'],
  ])('AC-11 IN-05: refuses ?%s', async (query) => {
    const answer = await admin.send({ path: `/users?${query}` });
    expectInvalid(answer, 'limit');
  });

  it.each([
    ...['', 'x', '!', '%00', 'null', '1', '..', `${'a'.repeat(600)}`, 'MQ', 'J29yIDE9MS0t'],
    '0000&cursor=0000',
  ])('AC-11 IN-05: refuses a cursor that it has not given: %j', async (cursor) => {
    expectInvalid(await admin.send({ path: `/users?cursor=${cursor}` }), 'cursor');
  });

  it.each(['isActive', 'isVerified', 'isSuperuser'])('refuses odd values of %s', async (field) => {
    for (const value of ['1', '0', 'TRUE', '', 'null', 'true,false', `true&${field}=true`]) {
      expectInvalid(await admin.send({ path: `/users?${field}=${value}` }), field);
    }
  });

  it('refuses what is no address', async () => {
    for (const value of ['', 'anna', '%25', 'a@b@c.org', 'a@x.org&email=b@x.org']) {
      expectInvalid(await admin.send({ path: `/users?email=${value}` }), 'email');
    }
  });

  it.each([
    ...['sort=hashedPassword', 'order=desc', 'order[hashed_password]=DESC', 'orderBy=email'],
    ...['hashedPassword=x', 'hashedPassword[$ne]=x', 'filter[hashedPassword]=x', 'where=1%3D0'],
    ...['securityStamp=x', 'role=admin', 'firstName=x', 'canonicalEmail=x', 'id=1', 'offset=1'],
    ...['select=hashedPassword', 'fields=securityStamp', 'include=sessions', 'page=2', 'take=1'],
    ...['limit[$gt]=1', 'isActive[$ne]=true', '__proto__[isActive]=false', 'skip=1'],
  ])('AC-12: is not sorted, filtered or widened by ?%s', async (query) => {
    const answer = await admin.send({ path: `/users?${query}` });
    // Some parsers read brackets as objects, others as a part of the name.
    if (query.startsWith('limit[') || query.startsWith('isActive[')) {
      expect([200, 422]).toContain(answer.status);
      if (answer.status === 422) return;
    }
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(plain.body);
  });
});

tell(
  'A list of users where the application parses queries into objects',
  everyPlatform.filter(({ platform }) => platform === 'express'),
  (stage) => {
    it.each(['limit', 'cursor', 'email', 'search', 'isActive', 'isVerified', 'isSuperuser'])(
      'IN-05: refuses %s as a list or an object, though it were one item',
      async (key) => {
        const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
        await newcomer(stage.host);
        const cursor = (await listUsers(admin, { limit: 1 })).body.nextCursor as string;
        const value = { limit: '5', cursor, email: admin.email }[key] ?? 'true';
        expect((await listUsers(admin, { [key]: value })).status).toBe(200);
        for (const brackets of ['[]', '[0]', '[$ne]', '[toString]']) {
          expectInvalid(await listUsers(admin, { [`${key}${brackets}`]: value }), key);
        }
      },
    );
  },
  { configure: (app) => void app.getHttpAdapter().getInstance().set('query parser', 'extended') },
);
