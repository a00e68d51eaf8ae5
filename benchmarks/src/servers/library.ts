import 'reflect-metadata';
import {
  AuthBackend,
  AuthService,
  BearerTransport,
  JwtTokenStrategy,
  StoredTokenStrategy,
  TokenStore,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { BaseUserEntity, UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Entity } from 'typeorm';
import { listen } from './platform.js';
import { dataSource, emails, SECRET, tellReady } from './ready.js';

@Entity('users')
class User extends BaseUserEntity {}

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSource, entities: [User, UserSessionEntity] }),
    UsersModule.forRootAsync<User>({
      imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forSessions()],
      inject: [TokenStore],
      useFactory: (store: TokenStore) => ({
        backends: [
          new AuthBackend({
            name: 'jwt',
            transport: new BearerTransport(),
            strategy: new JwtTokenStrategy({ secret: SECRET }),
          }),
          new AuthBackend({
            name: 'stored',
            transport: new BearerTransport(),
            strategy: new StoredTokenStrategy({ store }),
          }),
        ],
        resetPasswordTokenSecret: SECRET,
      }),
    }),
  ],
})
class AppModule {}

const { app, origin } = await listen(AppModule);
const users = app.get<UsersService<User>>(UsersService, { strict: false });
for (const email of emails()) await users.create({ email });
const user = await users.getByEmail('user7@example.com');
const auth = app.get(AuthService, { strict: false });
const { body } = await auth.issue({ ...user }, process.env['BACKEND'] ?? 'jwt');
tellReady({
  url: `${origin}/users/me`,
  headers: { authorization: `Bearer ${String(body?.['access_token'])}` },
});
