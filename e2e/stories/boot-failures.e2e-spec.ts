import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  Authenticated,
  UsersModule,
  type UsersModuleExtras,
  type UsersModuleOptions,
} from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { Controller, Get } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { boot, goodOptions } from '../harness/boot.js';

type Factory = () => UsersModuleOptions | Promise<UsersModuleOptions>;

const bootWith = (useFactory: Factory, extras: UsersModuleExtras = {}): Promise<unknown> =>
  boot({
    imports: [UsersModule.forRootAsync({ adapter: MemoryUserAdapter, ...extras, useFactory })],
  });

describe('CF-02: an application whose options do not come does not boot', () => {
  it.each<[string, Factory]>([
    ['rejects', () => Promise.reject(new Error('The vault is closed.'))],
    [
      'throws',
      () => {
        throw new Error('The vault is closed.');
      },
    ],
  ])('a factory that %s', async (_what, factory) => {
    await expect(bootWith(factory)).rejects.toThrow('The vault is closed.');
  });

  it.each<[string, Factory]>([
    ['undefined', () => undefined as never],
    ['a promise of null', () => Promise.resolve(null as never)],
  ])('a factory that gives %s', async (_what, factory) => {
    await expect(bootWith(factory)).rejects.toThrow('needs a list of backends');
  });

  it.each<[string, (never: Promise<never>) => Parameters<typeof UsersModule.forRootAsync>[0]]>([
    ['useFactory', (never) => ({ useFactory: () => never })],
    [
      'useClass',
      (never) => ({
        useClass: class {
          createUsersOptions = (): Promise<UsersModuleOptions> => never;
        },
      }),
    ],
  ])('%s that hangs, within bootTimeoutSeconds', async (_how, source) => {
    const booting = boot({
      imports: [
        UsersModule.forRootAsync({
          adapter: MemoryUserAdapter,
          bootTimeoutSeconds: 0.1,
          ...source(new Promise<never>(() => {})),
        }),
      ],
    });
    await expect(booting).rejects.toThrow(
      /options factory of UsersModule has not answered within 0\.1 s.*raise bootTimeoutSeconds/,
    );
  });

  it('a factory that takes its time, but not too much, is waited for', async () => {
    const slow = new Promise<UsersModuleOptions>((resolve) => {
      setTimeout(() => resolve(goodOptions()), 50);
    });
    const app = await bootWith(() => slow, { bootTimeoutSeconds: 5 });
    await (app as { close(): Promise<void> }).close();
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])(
    'a bootTimeoutSeconds of %d is refused',
    async (bootTimeoutSeconds) => {
      const booting = (async () => bootWith(() => goodOptions(), { bootTimeoutSeconds }))();
      await expect(booting).rejects.toThrow(/^bootTimeoutSeconds must be a number of seconds/);
    },
  );

  it('a process that waits for nothing but the factory says why it ends', async () => {
    const program = fileURLToPath(new URL('../harness/process-hanging-boot.mjs', import.meta.url));
    const ended: unknown = await promisify(execFile)(process.execPath, [program]).catch(
      (error: unknown) => error,
    );
    const { code, stdout, stderr } = ended as { code?: number; stdout: string; stderr: string };
    expect(stdout + stderr).toContain('has not answered within 0.2 s');
    expect(code).toBe(1);
  });
});

@Controller('cats')
@Authenticated({ backends: ['jwtt'] })
class ByClass {}

@Controller('cats')
class ByRoute {
  @Get()
  @Authenticated({ backends: ['jwt', 'cookie'] })
  list(): void {}
}

it.each([
  [ByClass, /^ByClass asks for the backend "jwtt".*Configured are: jwt\./],
  [ByRoute, /^ByRoute\.list asks for the backend "cookie".*Configured are: jwt\./],
])(
  'CF-01: an application with a route that asks for an unknown backend does not boot: %o',
  async (controller, message) => {
    const booting = boot({
      imports: [
        UsersModule.forRoot({ ...goodOptions(), adapter: MemoryUserAdapter, isGlobal: true }),
      ],
      controllers: [controller],
    });
    await expect(booting).rejects.toThrow(message);
  },
);
