import {
  type AuthBackend,
  CreateUserDto,
  type JwtTokenStrategy,
  type NewUser,
  UpdateUserDto,
  type UserAdapter,
  UserDto,
  type UsersService,
} from '@nestjs-users/core';
import type { CapturedEvents } from '@nestjs-users/testing';
import { BaseUserEntity } from '@nestjs-users/typeorm';
import type { INestApplication } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ConfigService } from '@nestjs/config';

// What snippets may use without showing it: see snippets.ts. Nothing here is ever run.

export {
  Controller,
  ForbiddenException,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  Post,
} from '@nestjs/common';
export { randomBytes } from 'node:crypto';
export { readFile } from 'node:fs/promises';
export { ConfigService } from '@nestjs/config';
export { APP_GUARD, NestFactory } from '@nestjs/core';
export { Query, Resolver } from '@nestjs/graphql';
export { MessagePattern } from '@nestjs/microservices';
export { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
export { type OnGatewayInit, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
export {
  Argon2PasswordHasher,
  AuthBackend,
  Authenticated,
  bcryptHashes,
  BearerTransport,
  BeforeUserRegister,
  BeforeUserRegisterEvent,
  BreachedPasswordPolicy,
  canonicalEmail,
  CompositePasswordPolicy,
  CookieTransport,
  createMeController,
  CurrentUser,
  DefaultPasswordPolicy,
  describeUsers,
  findUsersServices,
  djangoHashes,
  DuringUserExport,
  DuringUserExportEvent,
  type FirebaseCredential,
  firebaseHash,
  firebaseHashes,
  type HashFormat,
  InvalidPasswordError,
  JwtTokenStrategy,
  MigratingPasswordHasher,
  OnUserEmailChanged,
  OnUserLoginFailed,
  OnUserPasswordChanged,
  OnUserPasswordReset,
  type PasswordContext,
  PasswordPolicy,
  SessionsService,
  StoredTokenStrategy,
  TokenStore,
  UserAlreadyExistsError,
  UserAdapter,
  UserEmailChangedEvent,
  UserEvent,
  UserForgotPasswordEvent,
  UserLoginFailedEvent,
  UserPasswordResetEvent,
  UsersAuthGuard,
  UsersModule,
  UsersService,
  UsersSockets,
  UsersVerifierModule,
  VerifiedUser,
} from '@nestjs-users/core';
export {
  BaseUserEntity,
  type TypeOrmTransaction,
  TypeOrmUserAdapter,
  UsersTypeOrmModule,
} from '@nestjs-users/typeorm';
export { default as request } from 'supertest';
export { InjectRepository } from '@nestjs/typeorm';
export { DataSource, Entity, Repository } from 'typeorm';
export { afterEach, expect, it } from 'vitest';

// The application.
export declare class AppModule {}
export declare class User extends BaseUserEntity {
  firstName?: string;
}
export declare class ReadUser extends UserDto {}
export declare class CreateUser extends CreateUserDto {}
export declare class UpdateUser extends UpdateUserDto {}
export declare class Mailer {
  send(to: string, text: string): Promise<void>;
}
export declare class AccountMails {}
export declare class Profile {
  userId: string;
}
export declare const dataSource: DataSource;
export declare const columns: NewUser<User>;
export declare const mailer: Mailer;
export declare const config: ConfigService;
export declare const backends: AuthBackend[];
export declare const strategy: JwtTokenStrategy;
export declare const resetPasswordTokenSecret: string;

// Its tests.
export declare const app: INestApplication;
export declare const users: UsersService<User>;
export declare const events: CapturedEvents;
export declare const MyUserAdapter: new (connection: unknown) => UserAdapter;
export declare function createEmptyDatabase(): Promise<{
  connect(): Promise<unknown>;
  drop(): Promise<void>;
}>;
