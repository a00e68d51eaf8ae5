/** A CommonJS application, as TypeScript compiles it. */
require('reflect-metadata');
const {
  AuthBackend,
  BearerTransport,
  JwtTokenStrategy,
  UsersModule,
} = require('@nestjs-users/core');
const { FastPasswordHasher } = require('@nestjs-users/testing');
const { UsersTypeOrmModule } = require('@nestjs-users/typeorm');
const { Module } = require('@nestjs/common');
const { TypeOrmModule } = require('@nestjs/typeorm');
const { Users } = require('./process-user.mjs');

const { DATABASE = '{}', SECRET = '' } = process.env;
const strategy = new JwtTokenStrategy({ secret: SECRET });

class AppModule {}
exports.AppModule = AppModule;
Module({
  imports: [
    TypeOrmModule.forRoot({ ...JSON.parse(DATABASE), entities: [Users] }),
    UsersModule.forRoot({
      imports: [UsersTypeOrmModule.forEntity(Users)],
      backends: [new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy })],
      resetPasswordTokenSecret: SECRET,
      passwordHasher: new FastPasswordHasher(),
    }),
  ],
})(AppModule);
