import { PRIVILEGE_FIELDS, SYSTEM_FIELDS } from '@nestjs-users/core';
import { IsBoolean, IsDefined, IsInt, IsOptional, IsString, Max } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { expectInvalid } from '../harness/errors.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { CreateUser, ReadUser, UpdateUser } from '../harness/models.js';
import { backends, newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** Models of somebody who lets clients write whatever there is. */
class GreedyCreate extends CreateUser {
  @IsOptional() @IsString() id?: string;
  @IsOptional() @IsBoolean() isActive?: boolean;
  @IsOptional() @IsBoolean() isSuperuser?: boolean;
  @IsOptional() @IsBoolean() isVerified?: boolean;
  @IsOptional() @IsString() canonicalEmail?: string;
  @IsOptional() @IsString() pendingEmail?: string;
  @IsOptional() @IsString() hashedPassword?: string;
  @IsOptional() @IsString() securityStamp?: string;
  @IsOptional() @IsString() createdAt?: string;
  @IsOptional() @IsString() updatedAt?: string;
  @IsOptional() @IsString() role?: string;
  @IsOptional() @IsInt() @Max(100) balance?: number;
}
class GreedyUpdate extends UpdateUser {
  @IsOptional() @IsString() id?: string;
  @IsOptional() @IsBoolean() isActive?: boolean;
  @IsOptional() @IsBoolean() isSuperuser?: boolean;
  @IsOptional() @IsBoolean() isVerified?: boolean;
  @IsOptional() @IsString() canonicalEmail?: string;
  @IsOptional() @IsString() pendingEmail?: string;
  @IsOptional() @IsString() hashedPassword?: string;
  @IsOptional() @IsString() securityStamp?: string;
  @IsOptional() @IsString() createdAt?: string;
  @IsOptional() @IsString() updatedAt?: string;
  @IsOptional() @IsString() role?: string;
}

/** Worse: it asks for them. */
class DemandingCreate extends CreateUser {
  @IsDefined() isSuperuser!: boolean;
}

/** Values that the models above accept. */
const good = {
  ...{ id: '11111111-1111-4111-8111-111111111111', canonicalEmail: 'other@example.org' },
  pendingEmail: 'mine@example.org',
  ...{ isActive: false, isSuperuser: true, isVerified: true, hashedPassword: 'x' },
  ...{ securityStamp: 'x', createdAt: '2001-01-01', updatedAt: '2001-01-01' },
};
const fields = [...SYSTEM_FIELDS, ...PRIVILEGE_FIELDS];

/** Values that they refuse, if anybody asks them. */
const bad = Object.fromEntries(fields.map((field) => [field, { a: [1] }]));

tell(
  'Models that let clients write everything',
  everyPlatform,
  (stage) => {
    it('RG-09: name every field that is guarded, or nothing below says anything', () => {
      expect(Object.keys(good).toSorted()).toEqual(fields.toSorted());
    });

    it.each([
      { values: good, title: 'good' },
      { values: bad, title: 'bad' },
    ])('RG-09: a registration drops $title values of guarded fields', async ({ values }) => {
      const email = newEmail();
      const body = { email, password: newPassword(), role: 'editor', balance: 5, ...values };
      const answer = await stage.host.send({ method: 'POST', path: '/users/register', body });
      expect(answer.status).toBe(201);
      const row = await stage.host.row({ canonicalEmail: email });
      expect(row).toMatchObject({ isActive: true, isSuperuser: false, isVerified: false });
      expect(row?.id).not.toBe(good.id);
      expect(row?.hashedPassword).toContain('$');
      expect(row?.securityStamp).toMatch(/^[0-9a-f]{32}$/);
      expect(new Date(row?.createdAt ?? 0).getFullYear()).toBeGreaterThan(2001);
      // What the application has declared is the application's own decision.
      expect(row).toMatchObject({ role: 'editor', balance: 5 });
    });

    describe.each(backends)('with %s', (backend) => {
      it('AC-01: my account drops them too, one by one and together', async () => {
        const anna = await newcomer(stage.host, backend);
        const before = await stage.host.row({ id: anna.id });
        const change = (body: object) => anna.send({ method: 'PATCH', path: '/users/me', body });
        for (const values of [good, bad]) {
          for (const [field, value] of Object.entries(values)) {
            expect((await change({ [field]: value })).status, field).toBe(200);
          }
          expect((await change(values)).status).toBe(200);
        }
        expect(await stage.host.row({ id: anna.id })).toEqual(before);
        expect((await change({ role: 'editor', ...good })).status).toBe(200);
        expect(await stage.host.row({ id: anna.id })).toMatchObject({
          ...{ role: 'editor', isSuperuser: false, isVerified: false, isActive: true },
        });
      });

      it('AC-09: a superuser writes the privileges, and nothing of the system’s', async () => {
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        const anna = await newcomer(stage.host);
        const before = await stage.host.row({ id: anna.id });
        const path = `/users/${anna.id}`;
        const system = Object.fromEntries(
          Object.entries(good).filter(([field]) => SYSTEM_FIELDS.includes(field as 'id')),
        );
        expect((await admin.send({ method: 'PATCH', path, body: system })).status).toBe(200);
        expect(await stage.host.row({ id: anna.id })).toEqual(before);

        const privileges = { isSuperuser: true, isVerified: true };
        const answer = await admin.send({ method: 'PATCH', path, body: privileges });
        expect(answer.body).toMatchObject(privileges);
        const nulls = { isSuperuser: null, isActive: null, isVerified: null };
        const refused = await admin.send({ method: 'PATCH', path, body: nulls });
        // The application's @IsOptional() lets null through; a column of ours does not take it.
        expectInvalid(refused, ...PRIVILEGE_FIELDS);
      });
    });
  },
  { extras: { models: { user: ReadUser, create: GreedyCreate, update: GreedyUpdate } } },
);

tell(
  'Models that demand what no client may set',
  everyPlatform,
  (stage) => {
    it('RG-09: get nothing from the client', async () => {
      const body = { email: newEmail(), password: newPassword(), isSuperuser: true };
      const answer = await stage.host.send({ method: 'POST', path: '/users/register', body });
      expectInvalid(answer, 'isSuperuser');
    });
  },
  { extras: { models: { create: DemandingCreate } } },
);
