import {
  AuthBackend,
  BearerTransport,
  JwtTokenStrategy,
  type UsersModuleOptions,
} from '@nestjs-users/core';
import { FastPasswordHasher } from '@nestjs-users/testing';
import type { INestApplication, LoggerService, ModuleMetadata } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { SECRET } from './host.js';

const silent = (): void => {};
const silence: LoggerService = { log: silent, warn: silent, error: silent };

/** Values that a module boots with, for stories that spoil or replace some of them. */
export function goodOptions(wishes: Partial<UsersModuleOptions> = {}): UsersModuleOptions {
  return {
    backends: [
      new AuthBackend({
        name: 'jwt',
        transport: new BearerTransport(),
        strategy: new JwtTokenStrategy({ secret: SECRET }),
      }),
    ],
    resetPasswordTokenSecret: SECRET,
    passwordHasher: new FastPasswordHasher(),
    ...wishes,
  };
}

/** Boots an application that does not listen. */
export async function boot(
  metadata: ModuleMetadata,
  logger: LoggerService = silence,
): Promise<INestApplication> {
  const module = await Test.createTestingModule(metadata).setLogger(logger).compile();
  const app = module.createNestApplication(new ExpressAdapter());
  try {
    return await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
}
