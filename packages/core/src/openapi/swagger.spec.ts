import { Test } from '@nestjs/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { swagger } from './swagger.js';

const unused = (): never => {
  throw new Error('Starting must not ask the adapter.');
};

afterEach(() => {
  vi.doUnmock('./swagger.js');
  vi.resetModules();
});

it('is the same instance as the one that the application imports', async () => {
  const name: string = '@nestjs/swagger';
  const imported = (await import(name)) as typeof swagger;
  expect(swagger?.DECORATORS).toBe(imported?.DECORATORS);
});

it('without @nestjs/swagger nothing is described, and everything works', async () => {
  vi.resetModules();
  vi.doMock('./swagger.js', () => ({ swagger: undefined }));
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
  const keys = [core.CreateUserDto.prototype, core.createMeController()].flatMap(
    (target) => Reflect.getMetadataKeys(target) as string[],
  );
  expect(keys.filter((key) => String(key).startsWith('swagger'))).toEqual([]);
  await app.close();
});
