var __decorate = (this && this.__decorate) || function (decorators, target, key, desc) {
    var c = arguments.length, r = c < 3 ? target : desc === null ? desc = Object.getOwnPropertyDescriptor(target, key) : desc, d;
    if (typeof Reflect === "object" && typeof Reflect.decorate === "function") r = Reflect.decorate(decorators, target, key, desc);
    else for (var i = decorators.length - 1; i >= 0; i--) if (d = decorators[i]) r = (c < 3 ? d(r) : c > 3 ? d(target, key, r) : d(target, key)) || r;
    return c > 3 && r && Object.defineProperty(target, key, r), r;
};
var __metadata = (this && this.__metadata) || function (k, v) {
    if (typeof Reflect === "object" && typeof Reflect.metadata === "function") return Reflect.metadata(k, v);
};
var __param = (this && this.__param) || function (paramIndex, decorator) {
    return function (target, key) { decorator(target, key, paramIndex); }
};
import 'reflect-metadata';
import { createSecretKey, randomUUID } from 'node:crypto';
import { ClassSerializerInterceptor, Controller, Get, Injectable, Module, Req, UnauthorizedException, UseGuards, UseInterceptors, } from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { InjectRepository, TypeOrmModule, getRepositoryToken } from '@nestjs/typeorm';
import { Exclude } from 'class-transformer';
import { createSigner } from 'fast-jwt';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { listen } from './platform.js';
import { dataSource, emails, SECRET, tellReady } from './ready.js';
// As the recipe of Nest's documentation has it, with the one thing that a good developer finds by a
// profile: the key is made once, for jsonwebtoken parses a text at each request.
let User = class User {
    id;
    email;
    hashedPassword;
    isActive;
    isSuperuser;
    isVerified;
};
__decorate([
    PrimaryColumn('uuid'),
    __metadata("design:type", String)
], User.prototype, "id", void 0);
__decorate([
    Column({ unique: true }),
    __metadata("design:type", String)
], User.prototype, "email", void 0);
__decorate([
    Exclude(),
    Column({ nullable: true, type: 'varchar' }),
    __metadata("design:type", Object)
], User.prototype, "hashedPassword", void 0);
__decorate([
    Column({ default: true }),
    __metadata("design:type", Boolean)
], User.prototype, "isActive", void 0);
__decorate([
    Column({ default: false }),
    __metadata("design:type", Boolean)
], User.prototype, "isSuperuser", void 0);
__decorate([
    Column({ default: false }),
    __metadata("design:type", Boolean)
], User.prototype, "isVerified", void 0);
User = __decorate([
    Entity('users')
], User);
let JwtStrategy = class JwtStrategy extends PassportStrategy(Strategy) {
    users;
    constructor(users) {
        super({
            jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
            secretOrKey: createSecretKey(Buffer.from(SECRET)),
            algorithms: ['HS256'],
        });
        this.users = users;
    }
    async validate({ sub }) {
        const user = await this.users.findOneBy({ id: sub });
        if (!user?.isActive)
            throw new UnauthorizedException();
        return user;
    }
};
JwtStrategy = __decorate([
    Injectable(),
    __param(0, InjectRepository(User)),
    __metadata("design:paramtypes", [Repository])
], JwtStrategy);
let UsersController = class UsersController {
    me(request) {
        return request.user;
    }
};
__decorate([
    Get('me'),
    UseGuards(AuthGuard('jwt')),
    __param(0, Req()),
    __metadata("design:type", Function),
    __metadata("design:paramtypes", [Object]),
    __metadata("design:returntype", User)
], UsersController.prototype, "me", null);
UsersController = __decorate([
    Controller('users'),
    UseInterceptors(ClassSerializerInterceptor)
], UsersController);
let AppModule = class AppModule {
};
AppModule = __decorate([
    Module({
        imports: [
            TypeOrmModule.forRoot({ ...dataSource, entities: [User] }),
            TypeOrmModule.forFeature([User]),
            PassportModule,
        ],
        controllers: [UsersController],
        providers: [JwtStrategy],
    })
], AppModule);
const { app, origin } = await listen(AppModule);
const users = app.get(getRepositoryToken(User), { strict: false });
for (const email of emails())
    await users.insert({ id: randomUUID(), email });
const { id } = await users.findOneByOrFail({ email: 'user7@example.com' });
const token = createSigner({ key: SECRET, expiresIn: 3_600_000 })({ sub: id });
tellReady({ url: `${origin}/users/me`, headers: { authorization: `Bearer ${token}` } });
//# sourceMappingURL=hand-written.js.map