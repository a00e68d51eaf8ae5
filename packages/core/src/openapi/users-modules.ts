import type { INestApplicationContext, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Backends } from '../auth/backends.js';
import { UsersAuthGuard } from '../auth/users-auth.guard.js';

type NestModule = ModulesContainer extends Map<string, infer Module> ? Module : never;

/** The backends of an application: of each `UsersModule` in it, and of each controller. */
export class UsersModules {
  readonly #modules: readonly NestModule[];

  constructor(app: INestApplicationContext) {
    this.#modules = [...app.get(ModulesContainer, { strict: false }).values()];
  }

  /** By `UsersModule`, in the order in which Nest found them. */
  all(): Backends[] {
    return this.#modules.map(ownBackends).filter((backends) => backends !== undefined);
  }

  /** Those that the routes of a controller, and of classes that extend it, ask. */
  of(controller: Function): Backends[] {
    const found = this.#modules
      .filter((module) => controllersOf(module).some((other) => isOrExtends(other, controller)))
      .map((module) => guardBackends(module) ?? ownBackends(module))
      .filter((backends) => backends !== undefined);
    return found.length > 0 ? [...new Set(found)] : this.all();
  }

  /** Where the routes of a `UsersModule` stand. */
  pathOf(backends: Backends): string {
    const module = this.#modules.find((candidate) => ownBackends(candidate) === backends);
    const [controller] = module ? controllersOf(module) : [];
    const path: unknown = controller && Reflect.getMetadata('path', controller);
    return String([path].flat()[0] ?? '');
  }
}

function controllersOf(module: NestModule): Function[] {
  return [...module.controllers.values()]
    .map(({ metatype }) => metatype)
    .filter((metatype) => typeof metatype === 'function');
}

function ownBackends(module: NestModule): Backends | undefined {
  return module.providers.get(Backends)?.instance as Backends | undefined;
}

/** Nest makes a guard of its own for each module whose controllers use it. */
function guardBackends(module: NestModule): Backends | undefined {
  const guard: unknown = module.injectables.get(UsersAuthGuard as Type)?.instance;
  return guard instanceof UsersAuthGuard ? guard['authenticator'].backends : undefined;
}

function isOrExtends(one: Function, other: Function): boolean {
  return one === other || one.prototype instanceof other;
}
