import {
  AuthBackend,
  AuthService,
  BadCredentialsError,
  type BaseUser,
  BeforeUserLogin,
  CookieTransport,
  type IssuedToken,
  JwtTokenStrategy,
  PasswordHasher,
  Transport,
  type TransportResponse,
  UserAdapter,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountingPasswordHasher } from '../hashers/counting.password-hasher.js';
import { FastPasswordHasher } from '../hashers/fast.password-hasher.js';
import { MemoryUserAdapter } from '../memory/memory.user-adapter.js';
import { usersTestingOptions } from '../module/users-testing-options.js';
import { actingAs } from './acting-as.js';

const strategy = new JwtTokenStrategy({ secret: randomBytes(32).toString('base64') });
const cookie = new AuthBackend({ name: 'cookie', transport: new CookieTransport(), strategy });

/** A transport that nobody has heard of. */
class SilentTransport extends Transport {
  readonly challenge = 'Silent';
  readonly description = { kind: 'header', name: 'x-silent' } as const;
  read(): null {
    return null;
  }
  login(_token: IssuedToken): TransportResponse {
    return { status: 204, headers: [] };
  }
  logout(): Pick<TransportResponse, 'headers'> {
    return { headers: [] };
  }
}
const silent = new AuthBackend({ name: 'silent', transport: new SilentTransport(), strategy });

@Injectable()
class NobodyLogsIn {
  @BeforeUserLogin()
  refuse(): void {
    throw new Error('nobody logs in');
  }
}

@Module({
  imports: [
    UsersModule.forRoot({
      ...usersTestingOptions(),
      backends: [...usersTestingOptions().backends, cookie, silent],
    }),
  ],
  providers: [NobodyLogsIn],
})
class AppModule {}

describe('actingAs', () => {
  let app: INestApplication;
  let users: UsersService;
  let anna: BaseUser;

  beforeEach(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = await module.createNestApplication().init();
    users = app.get(UsersService, { strict: false });
    anna = await users.create({ email: 'anna@example.org', password: 'correct horse battery' });
  });

  afterEach(() => app.close());

  const server = () => request(app.getHttpServer() as never);

  it.each(['jwt', 'cookie'])('makes requests the user’s, by the backend %s', async (backend) => {
    const headers = await actingAs(app, anna, { backend });
    const read = await server().get('/users/me').set(headers).expect(200);
    expect(read.body).toMatchObject({ id: anna.id });
    // An unsafe method, which a cookie alone would not permit.
    await server().patch('/users/me').set(headers).send({}).expect(200);
    await server().get('/users/me').expect(401);
  });

  it('acts as the user who is stored now', async () => {
    await users.update(anna, { password: 'another good password' });
    const headers = await actingAs(app, anna, { backend: 'jwt' });
    await server().get('/users/me').set(headers).expect(200);

    const row = await app.get<UserAdapter>(UserAdapter, { strict: false }).findById(anna.id);
    await server()
      .get('/users/me')
      .set(await actingAs(app, row!, { backend: 'jwt' }))
      .expect(200);
  });

  it('refuses who could not be logged in either', async () => {
    await users.update(anna, { isActive: false });
    await expect(actingAs(app, anna, { backend: 'jwt' })).rejects.toThrow(BadCredentialsError);
    await users.delete(anna);
    await expect(actingAs(app, anna, { backend: 'jwt' })).rejects.toThrow(BadCredentialsError);
  });

  it('says what to do about a backend or transport that it does not know', async () => {
    await expect(actingAs(app, anna, { backend: 'gone' })).rejects.toThrow('has a backend "gone"');
    await expect(actingAs(app, anna, { backend: 'silent' })).rejects.toThrow('AuthService.issue()');
  });

  it('asks which module is meant when several have the backend', async () => {
    const module = await Test.createTestingModule({
      imports: [
        UsersModule.forRoot({ ...usersTestingOptions(), path: 'members', name: 'members' }),
        UsersModule.forRoot({ ...usersTestingOptions(), path: 'staff', name: 'staff' }),
      ],
    }).compile();
    const two = await module.createNestApplication().init();
    const [auth] = two.get(AuthService, { strict: false, each: true });
    const [members] = two.get(UsersService, { strict: false, each: true });
    const user = await members!.create({ email: 'bert@example.org' });
    await expect(actingAs(two, user, { backend: 'jwt' })).rejects.toThrow('2 modules');
    const headers = await actingAs(two, user, { backend: 'jwt', auth: auth! });
    await request(two.getHttpServer() as never)
      .get('/members/me')
      .set(headers)
      .expect(200);
    await request(two.getHttpServer() as never)
      .get('/staff/me')
      .set(headers)
      .expect(401);
    await two.close();
  });

  it('works with hasher and adapter overridden in an application’s own module', async () => {
    const hasher = new CountingPasswordHasher(new FastPasswordHasher());
    const adapter = new MemoryUserAdapter({ ids: 'integer' });
    const module = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(PasswordHasher)
      .useValue(hasher)
      .overrideProvider(UserAdapter)
      .useValue(adapter)
      .compile();
    const other = await module.createNestApplication().init();
    const service = other.get(UsersService, { strict: false });
    const user = await service.create({ email: 'carl@example.org', password: 'long enough 1' });
    expect(hasher.hashes).toBe(1);
    expect(await adapter.findById(user.id)).toMatchObject({ id: 1, email: 'carl@example.org' });
    const headers = await actingAs(other, user, { backend: 'cookie' });
    await request(other.getHttpServer() as never)
      .get('/users/me')
      .set(headers)
      .expect(200);
    await other.close();
  });
});
