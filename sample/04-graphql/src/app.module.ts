import { join } from 'node:path';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { GraphQLModule } from '@nestjs/graphql';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthBackend, BearerTransport, JwtTokenStrategy, UsersModule } from '@nestjs-users/core';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { ENV_FILE, localSecrets } from './local-secrets.js';
import { NotesResolver } from './notes/notes.resolver.js';
import { NotesService } from './notes/notes.service.js';
import { User } from './users/user.entity.js';
import { UsersResolver } from './users/users.resolver.js';

const DATABASE_FILE = join(import.meta.dirname, '..', 'users.sqlite');

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true, envFilePath: ENV_FILE, load: [localSecrets] }),
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        type: 'better-sqlite3',
        database: config.get('DATABASE_FILE', DATABASE_FILE),
        autoLoadEntities: true,
        synchronize: true,
      }),
    }),
    // Nothing here is for the users: the guard finds the request in the context by itself.
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      graphiql: true,
      includeStacktraceInErrorResponses: false,
      subscriptions: { 'graphql-ws': true },
    }),
    UsersModule.forRootAsync<User>({
      imports: [UsersTypeOrmModule.forEntity(User)],
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        backends: [
          new AuthBackend({
            name: 'jwt',
            transport: new BearerTransport(),
            strategy: new JwtTokenStrategy({ secret: config.getOrThrow('AUTH_SECRET') }),
          }),
        ],
        resetPasswordTokenSecret: config.getOrThrow('RESET_PASSWORD_SECRET'),
      }),
    }),
  ],
  providers: [NotesService, NotesResolver, UsersResolver],
})
export class AppModule {}
