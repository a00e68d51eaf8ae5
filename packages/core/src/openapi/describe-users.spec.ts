import { createRequire } from 'node:module';
import {
  Controller,
  Delete,
  Get,
  type INestApplication,
  Module,
  type ModuleMetadata,
  Post,
  VersioningType,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Expose } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  AllowAnonymous,
  AuthBackend,
  Authenticated,
  type Backend,
  BearerTransport,
  CookieTransport,
  createMeController,
  CreateUserDto,
  describeUsers,
  JwtTokenStrategy,
  PassportBackend,
  TokenStore,
  UpdateUserDto,
  UserAdapter,
  UserDto,
  UsersModule,
  type UsersModuleExtras,
} from '../index.js';
import { STATUS_OF_CODE } from '../exceptions/users.exception.js';

/** As the application has it; this folder itself must not import it. */
const { ApiBearerAuth, ApiProperty, ApiSchema, ApiTags, DocumentBuilder, SwaggerModule } =
  createRequire(import.meta.url)('@nestjs/swagger') as typeof import('@nestjs/swagger');
const secret = 'a secret of this test, of more than 32 bytes';
const strategy = new JwtTokenStrategy({ secret });
const jwt = new AuthBackend({ name: 'jwt', transport: new BearerTransport(), strategy });
const web = new AuthBackend({ name: 'web', transport: new CookieTransport(), strategy });

class ReadUser extends UserDto {
  @Expose() firstName?: string;
}
class CreateUser extends CreateUserDto {
  @IsOptional() @IsString() @MaxLength(80) firstName?: string;
}
class UpdateUser extends UpdateUserDto {
  @IsOptional() @IsString() @MaxLength(80) firstName?: string;
}
class Described extends UserDto {
  @ApiProperty({ type: String, format: 'uuid' }) @Expose() declare id: string;
  @ApiProperty({ description: 'as on the passport' }) @Expose() name!: string;
}
const models = { user: ReadUser, create: CreateUser, update: UpdateUser };

@Controller('cats')
@Authenticated()
class CatsController {
  @Get() list(): void {}
  @Get('open') @AllowAnonymous() open(): void {}
  @Get('maybe') @Authenticated({ optional: true }) maybe(): void {}
  @Post() @Authenticated({ superuser: true, backends: ['web'] }) add(): void {}
  @Delete() @Authenticated({ backends: ['jwt'] }) @ApiBearerAuth('mine') remove(): void {}
}

const unused = (): never => {
  throw new Error('Describing users must not ask the adapter.');
};

class NoUsers extends UserAdapter {
  parseId = unused;
  findById = unused;
  findByCanonicalEmail = unused;
  list = unused;
  create = unused;
  update = unused;
  delete = unused;
}

class NoSessions extends TokenStore {
  insert = unused;
  find = unused;
  touch = unused;
  list = unused;
  delete = unused;
  deleteExpired = unused;
}

function users(extras: UsersModuleExtras = {}, backends: Backend[] = [jwt, web]) {
  return UsersModule.forRoot({
    adapter: NoUsers,
    models,
    resetPasswordTokenSecret: secret,
    backends,
    ...extras,
  });
}

/** All routes that there can be. */
const EVERYTHING: UsersModuleExtras = {
  emailChange: 'confirmed',
  routes: {
    deleteMe: true,
    exportMe: true,
    mySessions: true,
    userSessions: true,
    refresh: true,
  },
};

interface Operation {
  operationId: string;
  tags: string[];
  summary?: string;
  security?: object[];
  parameters: { name: string; schema: object }[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  responses: Record<string, { content?: Record<string, { schema: object; examples?: object }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, { properties: Record<string, object>; required?: string[] }>;
    securitySchemes: Record<string, { flows?: { password: { tokenUrl: string } } }>;
  };
}

/** The document as a client receives it. */
async function documentOf(
  metadata: ModuleMetadata,
  configure: (app: INestApplication) => void = () => undefined,
  config = new DocumentBuilder(),
  complete = describeUsers,
  options: Parameters<typeof SwaggerModule.createDocument>[2] = {},
): Promise<Document> {
  @Module(metadata)
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const app = module.createNestApplication({ logger: false });
  configure(app);
  // As in main.ts: before the application is initialised.
  const document = complete(app, SwaggerModule.createDocument(app, config.build(), options));
  await app.close();
  return JSON.parse(JSON.stringify(document)) as Document;
}

function operationsOf({ paths }: Document): Operation[] {
  return Object.values(paths).flatMap((path) => Object.values(path));
}

function codesOf(operation: Operation, status: number): string[] {
  const content = operation.responses[status]?.content?.['application/json'];
  return Object.keys(content?.examples ?? {});
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === '$ref' ? [inner as string] : referencesIn(inner),
  );
}

describe('the document of an application', () => {
  it('is whole: no dangling reference, every operation named once, tagged and summed up', async () => {
    const document = await documentOf({
      imports: [users(), users({ path: 'staff/users', models: {} })],
    });
    const operations = operationsOf(document);

    for (const reference of referencesIn(document)) {
      const name = reference.replace('#/components/schemas/', '');
      expect(document.components.schemas, reference).toHaveProperty([name]);
    }
    const schemes = Object.keys(document.components.securitySchemes);
    for (const { security = [] } of operations) {
      expect(schemes).toEqual(expect.arrayContaining(security.flatMap(Object.keys)));
    }
    const names = operations.map(({ operationId }) => operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['users_register', 'staff_users_register']));
    for (const [path, methods] of Object.entries(document.paths)) {
      const tag = path.startsWith('/staff') ? 'staff/users' : 'users';
      for (const { tags, summary } of Object.values(methods)) {
        expect(tags).toEqual([tag]);
        expect(summary).toMatch(/./);
      }
    }
  });

  it('shows every error code somewhere, with its status', async () => {
    const operations = operationsOf(await documentOf({ imports: [users(EVERYTHING)] }));
    for (const [code, status] of Object.entries(STATUS_OF_CODE)) {
      expect(operations.some((operation) => codesOf(operation, status).includes(code))).toBe(true);
    }
  });

  it('has the names that generated clients rely on', async () => {
    const operations = operationsOf(await documentOf({ imports: [users(EVERYTHING)] }));
    expect(operations.map(({ operationId }) => operationId).toSorted()).toMatchInlineSnapshot(`
      [
        "users_cancelEmailChange",
        "users_confirmEmailChange",
        "users_delete",
        "users_deleteMe",
        "users_endMySession",
        "users_endSession",
        "users_exportMe",
        "users_forgotPassword",
        "users_get",
        "users_getMe",
        "users_list",
        "users_listMySessions",
        "users_listSessions",
        "users_login",
        "users_logout",
        "users_refresh",
        "users_register",
        "users_requestVerifyToken",
        "users_resetPassword",
        "users_revokeAllSessions",
        "users_revokeMyOtherSessions",
        "users_sendPasswordReset",
        "users_update",
        "users_updateMe",
        "users_verify",
      ]
    `);
  });

  it('shows the fields of the application, and no privileges where nobody may set them', async () => {
    const { components } = await documentOf({ imports: [users()] });
    const fields = (model: string) => Object.keys(components.schemas[model]?.properties ?? {});
    expect(fields('CreateUser')).toEqual(['email', 'password', 'firstName']);
    expect(fields('UpdateUser')).toEqual(['email', 'password', 'currentPassword', 'firstName']);
    expect(fields('ReadUser')).toEqual([
      'id',
      'email',
      'isActive',
      'isSuperuser',
      'isVerified',
      'firstName',
    ]);
    expect(fields('SuperuserUpdateUser')).toEqual(
      expect.arrayContaining(['firstName', 'isActive', 'isSuperuser', 'isVerified']),
    );
    expect(components.schemas['CreateUser']).toMatchObject({
      required: ['email', 'password'],
      properties: { email: { format: 'email' }, firstName: { type: 'string', maxLength: 80 } },
    });
  });

  it('describes page and query of the list', async () => {
    const document = await documentOf({ imports: [users()] });
    const list = document.paths['/users']!['get']!;
    expect(list.parameters.map(({ name }) => name)).toEqual([
      'limit',
      'cursor',
      'email',
      'search',
      'isActive',
      'isSuperuser',
      'isVerified',
    ]);
    expect(document.components.schemas['ReadUserPage']).toMatchObject({
      required: ['items', 'nextCursor'],
      properties: {
        items: { type: 'array', items: { $ref: '#/components/schemas/ReadUser' } },
        nextCursor: { type: 'string', nullable: true },
      },
    });
  });

  it('describes a registration that tells nobody who has an account', async () => {
    const register = async (extras: UsersModuleExtras) => {
      const { paths } = await documentOf({ imports: [users(extras)] });
      return paths['/users/register']?.['post'] as unknown as Operation;
    };
    const explicit = await register({});
    expect(Object.keys(explicit.responses)).toContain('201');
    expect(codesOf(explicit, 400)).toContain('REGISTER_USER_ALREADY_EXISTS');

    const generic = await register({ registration: 'generic' });
    expect(Object.keys(generic.responses)).toContain('202');
    expect(Object.keys(generic.responses)).not.toContain('201');
    expect(codesOf(generic, 400)).not.toContain('REGISTER_USER_ALREADY_EXISTS');
    expect(await register({ registration: 'closed' })).toBeUndefined();
  });

  it('describes the export of one’s own data', async () => {
    const { components } = await documentOf({ imports: [users(EVERYTHING)] });
    expect(components.schemas['ExportedReadUserDocument']).toMatchObject({
      required: ['exportedAt', 'user', 'sections'],
      properties: { user: { $ref: '#/components/schemas/ExportedReadUser' } },
    });
    const { properties = {} } = components.schemas['ExportedReadUser'] ?? {};
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(['id', 'email', 'firstName', 'pendingEmail', 'createdAt']),
    );
    expect(properties['pendingEmail']).toEqual({ type: 'string', format: 'email', nullable: true });
  });

  it('describes subclasses of controllers at the path where they stand', async () => {
    class MyMe extends createMeController(models) {}
    @Controller('account')
    @ApiTags('account')
    class MyOtherMe extends createMeController(models) {}
    const document = await documentOf({
      imports: [
        users({ path: 'members', routes: { me: MyMe } }),
        users({ path: 'staff', routes: { me: MyOtherMe } }),
      ],
    });
    expect(document.paths['/members/me']!['get']).toMatchObject({
      operationId: 'members_getMe',
      tags: ['members'],
      security: [{ members_jwt: [] }, { members_web: [] }],
    });
    expect(document.paths['/account/me']!['get']).toMatchObject({
      operationId: 'account_getMe',
      security: [{ staff_jwt: [] }, { staff_web: [] }],
    });
  });

  it('numbers the operations of a route that has several versions', async () => {
    const document = await documentOf({ imports: [users()] }, (app) =>
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: ['1', '2'] }),
    );
    const ids = ['/v1/users/register', '/v2/users/register'].map(
      (path) => document.paths[path]!['post']!.operationId,
    );
    expect(ids).toEqual(['users_register', 'users_register_2']);
  });
});

describe('credentials in the document', () => {
  it('become schemes; the token comes from where the login really is', async () => {
    const key = new PassportBackend({
      name: 'key',
      strategy: { authenticate: () => undefined },
      securityScheme: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
    });
    const basic = new PassportBackend({
      name: 'basic',
      strategy: { authenticate: () => undefined },
      challenge: 'Basic realm="users"',
    });
    const document = await documentOf(
      { imports: [users({}, [jwt, web, key, basic])] },
      (app) =>
        app.setGlobalPrefix('api').enableVersioning({
          type: VersioningType.URI,
          defaultVersion: '1',
        }),
      new DocumentBuilder().addServer('https://example.org/behind/'),
    );
    expect(document.components.securitySchemes).toMatchObject({
      jwt: {
        type: 'oauth2',
        flows: { password: { tokenUrl: '/behind/api/v1/users/login/jwt', scopes: {} } },
      },
      web: { type: 'apiKey', in: 'cookie', name: '__Host-users-web' },
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      basic: { type: 'http', scheme: 'basic' },
    });
  });

  it('without a login route, a bearer token is only a bearer token', async () => {
    const document = await documentOf({ imports: [users({ routes: { auth: false } })] });
    expect(document.components.securitySchemes['jwt']).toEqual({ type: 'http', scheme: 'bearer' });
  });

  it('leave schemes alone that the application describes itself', async () => {
    const config = new DocumentBuilder().addBearerAuth({ type: 'http', scheme: 'bearer' }, 'jwt');
    const document = await documentOf({ imports: [users()] }, undefined, config);
    expect(document.components.securitySchemes['jwt']).toMatchObject({ bearerFormat: 'JWT' });
  });

  it('are the alternatives of every guarded route, of the application too', async () => {
    const { paths } = await documentOf({ imports: [users()], controllers: [CatsController] });
    expect(paths['/cats']!['get']!.security).toEqual([{ jwt: [] }, { web: [] }]);
    expect(paths['/cats']!['post']!.security).toEqual([{ web: [] }]);
    expect(paths['/cats']!['delete']!.security).toEqual([{ mine: [] }, { jwt: [] }]);
    expect(paths['/cats/open']!['get']!.security).toEqual([]);
    expect(paths['/cats/maybe']!['get']!.security).toEqual([{ jwt: [] }, { web: [] }, {}]);
    expect(paths['/users/me']!['get']!.security).toEqual([{ jwt: [] }, { web: [] }]);
    expect(paths['/users/register']!['post']!.security).toEqual([]);
  });

  it('are refused as the guard does it, and nothing that Swagger found is lost', async () => {
    const { paths } = await documentOf({ imports: [users()], controllers: [CatsController] });
    const add = paths['/cats']!['post']!;
    expect(codesOf(add, 401)).toEqual(['UNAUTHORIZED']);
    expect(codesOf(add, 403)).toEqual(['FORBIDDEN', 'CSRF_REJECTED']);
    expect(codesOf(add, 503)).toEqual(['SERVICE_UNAVAILABLE']);
    expect(Object.keys(add.responses)).toContain('201');
    expect(codesOf(paths['/cats']!['get']!, 403)).toEqual([]);
    expect(Object.keys(paths['/cats/open']!['get']!.responses)).toEqual(['200']);
    expect(Object.keys(paths['/cats/maybe']!['get']!.responses)).toEqual(['200', '503']);
  });

  it('of two modules are those of the module that guards the route', async () => {
    const staff = users({ path: 'staff' }, [jwt]);
    const document = await documentOf({
      imports: [
        users(),
        { module: class Cattery {}, imports: [staff], controllers: [CatsController] },
      ],
    });
    expect(document.components.securitySchemes['staff_jwt']!.flows!.password.tokenUrl).toBe(
      '/staff/login/jwt',
    );
    expect(document.paths['/cats']!['get']!.security).toEqual([{ staff_jwt: [] }]);
    expect(document.paths['/users/me']!['get']!.security).toEqual([{ users_jwt: [] }, { web: [] }]);
  });

  it('are a placeholder as long as nobody completes the document', async () => {
    const { paths } = await documentOf(
      { imports: [users()], controllers: [CatsController] },
      undefined,
      undefined,
      (_app, document) => document,
    );
    expect(paths['/cats']!['get']!.security).toEqual([{ users: [] }]);
    expect(paths['/users/register']!['post']!.security).toEqual([{}]);
  });
});

describe('login in the document', () => {
  const types = (operation: Operation) => Object.keys(operation.requestBody?.content ?? {});

  it('offers the backends, JSON and forms, tokens and cookies', async () => {
    const { paths } = await documentOf({ imports: [users()] });
    const login = paths['/users/login/{backend}']!['post']!;
    expect(login.parameters).toMatchObject([{ name: 'backend', schema: { enum: ['jwt', 'web'] } }]);
    expect(types(login)).toEqual(['application/json', 'application/x-www-form-urlencoded']);
    expect(Object.keys(login.responses)).toEqual(expect.arrayContaining(['200', '204']));
  });

  it('offers only what cookie backends do, where there are no others', async () => {
    const { paths } = await documentOf({ imports: [users({}, [web])] });
    const login = paths['/users/login/{backend}']!['post']!;
    expect(types(login)).toEqual(['application/json']);
    expect(Object.keys(login.responses)).not.toContain('200');
  });

  it('offers only what bearer backends do, where there are no others', async () => {
    const { paths } = await documentOf({ imports: [users({}, [jwt])] });
    expect(Object.keys(paths['/users/login/{backend}']!['post']!.responses)).not.toContain('204');
  });
});

it('refreshing in the document offers the backends that have refresh tokens', async () => {
  const refreshing = new JwtTokenStrategy({ secret, store: new NoSessions(), refresh: {} });
  const transport = new BearerTransport();
  const mobile = new AuthBackend({ name: 'mobile', transport, strategy: refreshing });
  const extras = { routes: { refresh: true } };
  const { paths, components } = await documentOf({
    imports: [users(extras, [jwt, web, mobile])],
  });
  const refresh = paths['/users/refresh/{backend}']!['post']!;
  expect(refresh.parameters).toMatchObject([{ name: 'backend', schema: { enum: ['mobile'] } }]);
  expect(Object.keys(refresh.responses)).not.toContain('204');
  expect(refresh.security).toEqual([]);
  const { tokenUrl } = components.securitySchemes['mobile']!.flows!.password;
  expect(tokenUrl).toBe('/users/login/mobile');
});

it('what the application has described by itself goes first', async () => {
  const document = await documentOf({ imports: [users({ models: { user: Described } })] });
  const { properties, required } = document.components.schemas['Described']!;
  expect(properties['id']).toEqual({ type: 'string', format: 'uuid' });
  expect(properties['name']).toEqual({ type: 'string', description: 'as on the passport' });
  expect(required).toContain('name');
});

it('models that the application renames keep together', async () => {
  @ApiSchema({ name: 'Member' })
  class Renamed extends UserDto {}
  const { components, paths } = await documentOf({
    imports: [users({ models: { user: Renamed } })],
  });
  expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Member', 'MemberPage']));
  expect(referencesIn(paths['/users/me']!['patch']!.responses['200'])).toEqual([
    '#/components/schemas/Member',
    '#/components/schemas/RenewedTokenDto',
  ]);
});

it('a document of the application alone has the errors of its guarded routes', async () => {
  class Cattery {}
  const document = await documentOf(
    { imports: [users({ isGlobal: true }), { module: Cattery, controllers: [CatsController] }] },
    undefined,
    undefined,
    describeUsers,
    { include: [Cattery] },
  );
  expect(Object.keys(document.paths)).toEqual(['/cats', '/cats/open', '/cats/maybe']);
  expect(Object.keys(document.components.schemas)).toContain('UsersErrorDto');
  expect(document.components.securitySchemes['jwt']).toEqual({ type: 'http', scheme: 'bearer' });
});
