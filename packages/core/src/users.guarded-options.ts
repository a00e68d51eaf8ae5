import type { DynamicModule, FactoryProvider, Provider } from '@nestjs/common';
import { settleWithin } from './events/settle-within.js';
import { waitingTime } from './tokens/seconds.js';
import type { UsersModuleExtras, UsersModuleOptions } from './users.options.js';
import { resolveUsersOptions } from './users.resolved-options.js';
import { USERS_OPTIONS } from './users.module-definition.js';

/**
 * Makes sure of the values on their way into the container: a factory that hangs ends the boot, bad
 * values end it with a message, and no secret stays readable in the module's metadata.
 */
export function guardOptions(definition: DynamicModule, timeoutSeconds = 30): DynamicModule {
  waitingTime('bootTimeoutSeconds', timeoutSeconds);
  return {
    ...definition,
    providers: (definition.providers ?? []).map((provider) => guard(provider, timeoutSeconds)),
  };
}

function guard(provider: Provider, timeoutSeconds: number): Provider {
  if (!('provide' in provider) || provider.provide !== USERS_OPTIONS) return provider;
  const source = provider as Partial<FactoryProvider> & { useValue?: UsersModuleOptions };
  const make = source.useFactory ?? (() => source.useValue);
  return {
    provide: USERS_OPTIONS,
    inject: source.inject ?? [],
    useFactory: async (...args: unknown[]) => {
      let options: UsersModuleOptions | undefined;
      const made = Promise.resolve(make(...args)).then((value) => {
        options = value as UsersModuleOptions;
      });
      if (!(await settleWithin(made, timeoutSeconds, { keepsProcess: true }))) {
        throw new Error(
          `The options factory of UsersModule has not answered within ${timeoutSeconds} s. See what ` +
            'it waits for, or raise bootTimeoutSeconds.',
        );
      }
      if (source.useFactory) refuseShape(options ?? {});
      return resolveUsersOptions(options ?? ({} as UsersModuleOptions));
    },
  };
}

/** What a factory cannot decide any more: ignored in silence, it would leave open what was to be closed. */
const SHAPE = {
  adapter: true,
  bootTimeoutSeconds: true,
  emailChange: true,
  imports: true,
  isGlobal: true,
  models: true,
  name: true,
  path: true,
  registration: true,
  routes: true,
} satisfies Record<keyof UsersModuleExtras, true>;

function refuseShape(options: object): void {
  const found = Object.keys(options).filter((key) => key in SHAPE);
  if (found.length > 0) {
    throw new TypeError(
      `The options factory of UsersModule answered ${found.join(', ')}, which Nest fixes before it ` +
        'runs a factory. Write it beside useFactory.',
    );
  }
}
