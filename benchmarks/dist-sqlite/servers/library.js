var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
import 'reflect-metadata';
import { AuthBackend, AuthService, BearerTransport, JwtTokenStrategy, StoredTokenStrategy, TokenStore, UsersModule, UsersService, } from '@nestjs-users/core';
import { BaseUserEntity, UserSessionEntity, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Entity } from 'typeorm';
import { listen } from './platform.js';
import { dataSource, emails, SECRET, tellReady } from './ready.js';
let User = class User extends BaseUserEntity {
};
User = __decorate([
    Entity('users')
], User);
let AppModule = class AppModule {
};
AppModule = __decorate([
    Module({
        imports: [
            TypeOrmModule.forRoot({ ...dataSource, entities: [User, UserSessionEntity] }),
            UsersModule.forRootAsync({
                imports: [UsersTypeOrmModule.forEntity(User), UsersTypeOrmModule.forSessions()],
                inject: [TokenStore],
                useFactory: (store) => ({
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
], AppModule);
const { app, origin } = await listen(AppModule);
const users = app.get(UsersService, { strict: false });
for (const email of emails())
    await users.create({ email });
const user = await users.getByEmail('user7@example.com');
const auth = app.get(AuthService, { strict: false });
const { body } = await auth.issue({ ...user }, process.env['BACKEND'] ?? 'jwt');
tellReady({
    url: `${origin}/users/me`,
    headers: { authorization: `Bearer ${String(body?.['access_token'])}` },
});
//# sourceMappingURL=library.js.map