import { randomBytes } from 'node:crypto';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { vi } from 'vitest';
import { AppModule } from '../src/app.module.js';
import type { Database } from './databases.js';

/** The sample on a port of its own. */
export async function startApplication(
  { environment }: Pick<Database, 'environment'>,
  variables: Record<string, string> = {},
): Promise<NestFastifyApplication> {
  const secrets = {
    AUTH_SECRET: randomBytes(48).toString('base64url'),
    RESET_PASSWORD_SECRET: randomBytes(48).toString('base64url'),
  };
  for (const [name, value] of Object.entries({ ...environment, ...secrets, ...variables })) {
    vi.stubEnv(name, value);
  }
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), {
    logger: ['error'],
  });
  await app.listen(0, '127.0.0.1');
  return app;
}
