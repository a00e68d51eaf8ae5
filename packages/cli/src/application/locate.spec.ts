import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../cli.errors.js';
import { locateModule } from './locate.js';

describe('where the root module is', () => {
  let home: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'nestjs-users-cli-'));
    for (const folder of ['usual/dist', 'other/dist/src', 'c#/dist']) {
      mkdirSync(join(home, folder), { recursive: true });
      writeFileSync(join(home, folder, 'app.module.js'), '');
    }
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it.each([
    ['where `nest build` puts it', undefined, 'usual', 'usual/dist/app.module.js'],
    ['or below src', undefined, 'other', 'other/dist/src/app.module.js'],
    ['relative to the directory', 'dist/app.module.js', 'usual', 'usual/dist/app.module.js'],
    ['in a path that has a #', 'c#/dist/app.module.js', '.', 'c#/dist/app.module.js'],
  ])('%s', (_where, text, cwd, file) => {
    expect(locateModule(text, join(home, cwd))).toEqual({ file: join(home, file) });
  });

  it('may name the export', () => {
    expect(locateModule('c#/dist/app.module.js#Cats', home)).toEqual({
      file: join(home, 'c#/dist/app.module.js'),
      exportName: 'Cats',
    });
  });

  it.each([
    [undefined, /no dist\/app\.module\.js.*NESTJS_USERS_APP/],
    ['nowhere.js', /no file .*nowhere\.js\. Build/],
    ['nowhere.js#AppModule', /no file .*nowhere\.js\. Build/],
  ])('%s is not there, and the message says what to do', (text, message) => {
    expect(() => locateModule(text, home)).toThrow(UsageError);
    expect(() => locateModule(text, home)).toThrow(message);
  });
});
