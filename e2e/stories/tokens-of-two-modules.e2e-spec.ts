import {
  AuthBackend,
  Authenticated,
  BearerTransport,
  CookieTransport,
  JwtTokenStrategy,
  OnUserForgotPassword,
  type UserForgotPasswordEvent,
  UsersModule,
} from '@nestjs-users/core';
import { FastPasswordHasher } from '@nestjs-users/testing';
import { BaseIntegerUserEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import {
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Entity } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Message, send } from '../harness/client.js';
import { SECRET } from '../harness/host.js';
import { newPassword } from '../harness/leaks.js';
import { credentialOf } from '../harness/persona.js';

// Integer ids: the first user of each table has the same one.
@Entity('customers')
class Customer extends BaseIntegerUserEntity {}

@Entity('staff')
class Staff extends BaseIntegerUserEntity {}

@Injectable()
class Mails {
  readonly tokens: Record<string, string> = {};

  @OnUserForgotPassword()
  keep({ user, token }: UserForgotPasswordEvent): void {
    this.tokens[user.constructor.name] = token;
  }
}

/** A module with the same backends as the other one, and an application module that uses its guard. */
function kindOfUsers(
  path: string,
  entity: typeof Customer,
  secret: string,
): { users: DynamicModule; feature: Type } {
  const strategy = new JwtTokenStrategy({ secret });
  const users = UsersModule.forRootAsync<Customer>({
    path,
    name: path,
    imports: [UsersTypeOrmModule.forEntity(entity)],
    useFactory: async () => ({
      backends: [
        new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy }),
        new AuthBackend({ name: 'cookie', transport: new CookieTransport(), strategy }),
      ],
      resetPasswordTokenSecret: secret,
      passwordHasher: new FastPasswordHasher(),
    }),
  });

  @Controller(`${path}-area`)
  @Authenticated()
  class AreaController {
    @Get()
    enter(): void {}
  }

  @Module({ imports: [users], controllers: [AreaController] })
  class FeatureModule {}

  return { users, feature: FeatureModule };
}

const OTHER_SECRET = 'p9Xw2Lr7Tq4Vz8Nc1Bk6Hy3Md5Jf0Gs-the-other-secret';
const table = [
  { secrets: 'different secrets', staffSecret: OTHER_SECRET },
  { secrets: 'one secret', staffSecret: SECRET },
].flatMap((row) => ['customers last', 'staff last'].map((order) => ({ ...row, order })));

describe.each(table)('Two kinds of users with $secrets, $order', ({ staffSecret, order }) => {
  let app: INestApplication;
  let origin: string;
  const password = newPassword();
  const email = 'first@example.org';
  const ids: unknown[] = [];
  const kinds = ['customers', 'staff'] as const;
  const credentials = {} as Record<(typeof kinds)[number], Record<string, Record<string, string>>>;
  const ask = (message: Message): Promise<Answer> => send(origin, message);
  const post = (path: string, body: object) => ask({ method: 'POST', path, body });

  beforeAll(async () => {
    const customers = kindOfUsers('customers', Customer, SECRET);
    const staff = kindOfUsers('staff', Staff, staffSecret);
    const modules = [customers, staff].flatMap(({ users, feature }) => [users, feature]);
    const database = TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: [Customer, Staff],
      synchronize: true,
    });
    const module = await Test.createTestingModule({
      imports: [database, ...(order === 'staff last' ? modules : modules.toReversed())],
      providers: [Mails],
    }).compile();
    app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    origin = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;

    for (const kind of kinds) {
      const registered = await post(`/${kind}/register`, { email, password });
      ids.push(registered.body.id);
      await post(`/${kind}/forgot-password`, { email });
      credentials[kind] = {};
      for (const backend of ['jwt', 'cookie']) {
        const answer = await post(`/${kind}/login/${backend}`, { username: email, password });
        credentials[kind][backend] = credentialOf(answer)!;
      }
    }
  });
  afterAll(() => app?.close());

  it('TK-16: control: the first user of both has the same id', () => {
    expect(ids).toEqual([1, 1]);
  });

  describe.each(kinds)('a token of %s', (owner) => {
    it.each(['jwt', 'cookie'])('TK-16: from the backend %s', async (backend) => {
      const headers = credentials[owner][backend]!;
      for (const kind of kinds) {
        const expected = kind === owner ? 200 : 401;
        for (const path of [`/${kind}/me`, `/${kind}-area`]) {
          expect((await ask({ path, headers })).status, path).toBe(expected);
        }
        if (kind === owner) continue;
        const logout = { method: 'POST', path: `/${kind}/logout/${backend}`, headers };
        expect((await ask(logout)).status).toBe(401);
      }
    });

    it('TK-16: for a new password', async () => {
      const sent = () => app.get(Mails).tokens[owner === 'staff' ? 'Staff' : 'Customer'];
      await expect.poll(sent).toBeDefined();
      const token = sent();
      for (const kind of kinds) {
        const { body } = await post(`/${kind}/reset-password`, { token, password: 'x' });
        expect(body.code, kind).toBe(
          kind === owner ? 'RESET_PASSWORD_INVALID_PASSWORD' : 'RESET_PASSWORD_BAD_TOKEN',
        );
      }
    });
  });
});
