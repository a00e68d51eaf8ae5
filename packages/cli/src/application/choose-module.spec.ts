import { Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../cli.errors.js';
import { chooseModule } from './choose-module.js';

@Module({ imports: [] })
class AppModule {}
@Module({ providers: [] })
class CatsModule {}
@Module({ controllers: [] })
class DogsModule {}
class Service {}
const dynamic = { module: Service, providers: [] };

const choose = (exported: Record<string, unknown>, exportName?: string): unknown =>
  chooseModule(exported, { file: 'dist/x.js', ...(exportName !== undefined && { exportName }) });

describe('the root module among the exports of a file', () => {
  it.each([
    ['AppModule, among others', { CatsModule, AppModule, default: DogsModule }, AppModule],
    ['else the default export', { CatsModule, DogsModule, default: DogsModule }, DogsModule],
    ['else the only module', { Service, CatsModule, number: 3 }, CatsModule],
    ['also one made by forRoot()', { Service, rootModule: dynamic }, dynamic],
    ['of CommonJS, seen as properties of default', { default: { AppModule } }, AppModule],
    ['of CommonJS, which exports the class itself', { default: CatsModule }, CatsModule],
    [
      'of CommonJS made of `export default`',
      { default: { __esModule: true, default: CatsModule } },
      CatsModule,
    ],
  ])('is %s', (_which, exported, module) => {
    expect(choose(exported)).toBe(module);
  });

  it('is the one that is named', () => {
    expect(choose({ AppModule, CatsModule }, 'CatsModule')).toBe(CatsModule);
    expect(choose({ default: { CatsModule } }, 'CatsModule')).toBe(CatsModule);
  });

  it.each([
    ['none', { Service }, undefined, /exports no class with @Module\(\)/],
    ['several', { CatsModule, DogsModule }, undefined, /CatsModule, DogsModule.*#CatsModule/],
    [
      'not the one that is named',
      { CatsModule },
      'Cats',
      /no module Cats\. Its modules: CatsModule/,
    ],
    ['something else of that name', { Service: 3 }, 'Service', /Its modules: none/],
  ])('is not guessed: %s', (_case, exported, name, message) => {
    expect(() => choose(exported, name)).toThrow(UsageError);
    expect(() => choose(exported, name)).toThrow(message);
  });
});
