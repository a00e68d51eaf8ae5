import { inspect } from 'node:util';
import {
  Authenticated,
  CurrentUser,
  type UsersModuleAsyncOptions,
  type UsersModuleOptions,
  type UsersOptionsFactory,
  UsersModule,
  UsersService,
} from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import {
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  type INestApplication,
  Module,
  type ModuleMetadata,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { afterEach, describe, expect, it } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';
import { send } from '../harness/client.js';
import { SECRET } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { credentialOf } from '../harness/persona.js';
import { waysTo } from '../harness/reachable.js';

/** Where the application has its values from. */
@Injectable()
class Config {
  options(): UsersModuleOptions {
    return goodOptions();
  }
}

@Module({ providers: [Config], exports: [Config] })
class ConfigModule {}

@Injectable()
class OptionsFactory implements UsersOptionsFactory {
  constructor(@Inject(Config) private readonly config: Config) {}

  async createUsersOptions(): Promise<UsersModuleOptions> {
    return this.config.options();
  }
}

@Module({
  imports: [ConfigModule],
  providers: [OptionsFactory],
  exports: [OptionsFactory],
})
class OptionsFactoryModule {}

const memory = { adapter: MemoryUserAdapter };
const async = (options: UsersModuleAsyncOptions<User>): DynamicModule =>
  UsersModule.forRootAsync<User>(options);

const forms: [string, () => DynamicModule][] = [
  ['forRoot', () => UsersModule.forRoot({ ...memory, ...goodOptions() })],
  ['useFactory', () => async({ ...memory, useFactory: () => goodOptions() })],
  ['an async useFactory', () => async({ ...memory, useFactory: async () => goodOptions() })],
  [
    'useFactory with inject and imports',
    () =>
      async({
        ...memory,
        imports: [ConfigModule],
        inject: [Config],
        useFactory: (config: Config) => config.options(),
      }),
  ],
  [
    'useFactory with an optional dependency that is not there',
    () =>
      async({
        ...memory,
        inject: [{ token: 'MISSING', optional: true }],
        useFactory: (missing?: Config) => missing?.options() ?? goodOptions(),
      }),
  ],
  ['useClass', () => async({ ...memory, imports: [ConfigModule], useClass: OptionsFactory })],
  [
    'useExisting',
    () => async({ ...memory, imports: [OptionsFactoryModule], useExisting: OptionsFactory }),
  ],
  [
    'an adapter object',
    () => UsersModule.forRoot({ adapter: new MemoryUserAdapter(), ...goodOptions() }),
  ],
  [
    'an adapter among the imports of forRoot',
    () => UsersModule.forRoot({ imports: [UsersTypeOrmModule.forEntity(User)], ...goodOptions() }),
  ],
];

@Controller('whoami')
class WhoAmIController {
  constructor(@Inject(UsersService) private readonly users: UsersService) {}

  @Get()
  @Authenticated()
  async show(@CurrentUser() user: User): Promise<unknown> {
    return { email: (await this.users.get(user.id)).email };
  }
}

describe('UsersModule', () => {
  let app: INestApplication | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  const start = async (metadata: ModuleMetadata): Promise<string> => {
    const database = TypeOrmModule.forRoot({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: [User],
      synchronize: true,
    });
    app = await boot({ ...metadata, imports: [database, ...(metadata.imports ?? [])] });
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  };

  describe.each(forms)('%s', (_form, make) => {
    it('serves the routes, and the guard of modules that import it', async () => {
      const module = make();
      @Module({ imports: [module], controllers: [WhoAmIController] })
      class FeatureModule {}
      const origin = await start({ imports: [FeatureModule] });
      expect(await lifeAt(origin, '/users')).toEqual([201, 200, 200]);
    });

    it('CF-03: no dump of the application shows a secret', async () => {
      const module = make();
      @Module({ imports: [module], providers: [{ provide: 'CONTROL', useValue: ['control'] }] })
      class FeatureModule {}
      await start({ imports: [FeatureModule] });
      const container = [...(app?.get(ModulesContainer).values() ?? [])];
      // What is provided stands in weak maps, which cannot be searched.
      const provided = container.flatMap(({ providers, controllers, injectables }) =>
        [providers, controllers, injectables].flatMap((wrappers) =>
          [...wrappers.values()].map(({ instance }): unknown => instance),
        ),
      );
      for (const root of [app, container, provided, FeatureModule, module, UsersModule]) {
        expect(waysTo(SECRET, root as object)).toEqual([]);
        expect(inspect(root, { depth: 3, showHidden: true })).not.toContain(SECRET);
      }
      expect(inspect(module, { depth: 20, showHidden: true })).not.toContain(SECRET);
      // The search does find what is provided, and a secret where an application leaves it open.
      expect(waysTo('control', provided)).not.toEqual([]);
      expect(waysTo(SECRET, { a: new Map([['b', [{ c: Buffer.from(SECRET) }]]]) })).toHaveLength(1);
    });
  });

  it('isGlobal: serves modules that do not import it', async () => {
    @Module({ controllers: [WhoAmIController] })
    class FeatureModule {}
    const module = UsersModule.forRoot({ ...memory, ...goodOptions(), isGlobal: true });
    expect(await lifeAt(await start({ imports: [FeatureModule, module] }), '/users')).toEqual([
      201, 200, 200,
    ]);
  });

  it('is not global unless asked to be', async () => {
    @Module({ controllers: [WhoAmIController] })
    class FeatureModule {}
    const module = UsersModule.forRoot({ ...memory, ...goodOptions() });
    await expect(start({ imports: [FeatureModule, module] })).rejects.toThrow(
      /can't resolve dependencies of the (UsersAuthGuard|WhoAmIController)/,
    );
  });

  it('path: moves all routes', async () => {
    const module = UsersModule.forRoot({
      ...memory,
      ...goodOptions(),
      path: 'api/people',
      isGlobal: true,
    });
    const origin = await start({ imports: [module], controllers: [WhoAmIController] });
    expect(await lifeAt(origin, '/api/people')).toEqual([201, 200, 200]);
    expect((await send(origin, { path: '/users/me' })).status).toBe(404);
  });

  async function lifeAt(origin: string, path: string): Promise<number[]> {
    const [email, password] = [newEmail(), newPassword()];
    const post = (route: string, body: object) =>
      send(origin, { method: 'POST', path: `${path}/${route}`, body });
    const registration = await post('register', { email, password });
    const login = await post('login/jwt', { username: email, password });
    const headers = credentialOf(login) ?? {};
    const who = await send(origin, { path: '/whoami', headers });
    expect(who.body).toEqual({ email });
    return [
      registration.status,
      login.status,
      (await send(origin, { path: `${path}/me`, headers })).status,
    ];
  }
});
