import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Platform } from '../settings.js';

const NEST = ['@nestjs/common', '@nestjs/core', '@nestjs/passport', '@nestjs/typeorm'];
const COMMON = [...NEST, 'class-transformer', 'class-validator', 'passport', 'pg'];
const PEERS = [...COMMON, 'reflect-metadata', 'rxjs', 'typeorm'];

/** What each contender asks npm for in production, by name. */
export function dependenciesOf(platform: Platform): Readonly<Record<string, readonly string[]>> {
  const nest = `@nestjs/platform-${platform}`;
  return {
    'hand-written': [...PEERS, nest, '@nestjs/jwt', 'passport-jwt', 'bcryptjs'],
    'this library': [...PEERS, nest],
    'Better Auth': ['better-auth', 'pg', platform],
    floor: ['fast-jwt', 'pg', platform],
  };
}

const { dependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
) as { dependencies: Record<string, string> };

/** In the versions that were measured. */
export function manifestOf(
  names: readonly string[],
  tarballs: readonly string[],
): { private: true; dependencies: Record<string, string> } {
  const fromRegistry = names.map((name) => [name, dependencies[name] ?? '*']);
  const fromFiles = tarballs.map((file) => [nameOf(file), `file:${file}`]);
  return { private: true, dependencies: Object.fromEntries([...fromRegistry, ...fromFiles]) };
}

/** `…/nestjs-users-core-0.1.0.tgz` is `@nestjs-users/core`. */
function nameOf(tarball: string): string {
  return `@nestjs-users/${/^nestjs-users-([a-z]+)-/.exec(basename(tarball))?.[1]}`;
}
