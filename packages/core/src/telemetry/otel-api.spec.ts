import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadOtelApi } from './otel-api.js';

describe('loadOtelApi', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nestjs-users-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const fromFolder = () => createRequire(join(folder, 'application.js'));
  const install = (code: string): void => {
    const path = join(folder, 'node_modules', '@opentelemetry', 'api');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'index.js'), code);
  };

  it('finds the API where it is', () => {
    expect(loadOtelApi()?.trace.getTracer).toBeTypeOf('function');
  });

  it('finds nothing where there is none', () => {
    expect(loadOtelApi(fromFolder())).toBeUndefined();
  });

  it('does not take one that is broken for one that is absent', () => {
    install("require('something-else');");
    expect(() => loadOtelApi(fromFolder())).toThrow(/something-else/);
  });

  it('lets it say itself what is wrong with it', () => {
    install("throw new Error('Broken.');");
    expect(() => loadOtelApi(fromFolder())).toThrow('Broken.');
  });
});
