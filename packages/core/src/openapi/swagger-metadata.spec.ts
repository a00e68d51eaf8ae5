import { createRequire } from 'node:module';
import { Test } from '@nestjs/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { SWAGGER } from './swagger-metadata.js';

const unused = (): never => {
  throw new Error('Starting must not ask the adapter.');
};

afterEach(() => {
  vi.doUnmock('@nestjs/swagger');
  vi.resetModules();
});

it('is where @nestjs/swagger keeps its descriptions', () => {
  const { DECORATORS } = createRequire(import.meta.url)(
    '@nestjs/swagger',
  ) as typeof import('@nestjs/swagger');
  expect(Object.values(DECORATORS)).toEqual(expect.arrayContaining(Object.values(SWAGGER)));
});

it('needs no @nestjs/swagger: without it everything works', async () => {
  vi.resetModules();
  vi.doMock('@nestjs/swagger', () => {
    throw new Error('This application does not have @nestjs/swagger.');
  });
  const core = await import('../index.js');
  class NoUsers extends core.UserAdapter {
    parseId = unused;
    findById = unused;
    findByCanonicalEmail = unused;
    list = unused;
    create = unused;
    update = unused;
    delete = unused;
  }
  const secret = 'a secret of this test, of more than 32 bytes';
  const module = await Test.createTestingModule({
    imports: [
      core.UsersModule.forRoot({
        adapter: NoUsers,
        resetPasswordTokenSecret: secret,
        backends: [
          new core.AuthBackend({
            name: 'jwt',
            transport: new core.BearerTransport(),
            strategy: new core.JwtTokenStrategy({ secret }),
          }),
        ],
      }),
    ],
  }).compile();
  const app = module.createNestApplication();
  await app.init();

  const document = { paths: { '/mine': { get: { responses: {} } } } };
  expect(core.describeUsers(app, document)).toBe(document);
  await app.close();
});
