import type { DynamicModule, FactoryProvider, InjectionToken, Provider } from '@nestjs/common';
import { settleWithin } from './events/settle-within.js';
import { assertKnownNames, type Names } from './known-names.js';
import { waitingTime } from './tokens/seconds.js';

/** How the options of one module are made sure of. */
export interface GuardedOptions<O> {
  /** Name of the module, for messages. */
  readonly module: string;
  readonly token: InjectionToken;
  /** What a factory cannot decide any more: ignored in silence, it would leave open what was to be closed. */
  readonly shape: Readonly<Record<string, true>>;
  /** All that it can decide. */
  readonly values: Names<O>;
  /** Checks the values and fills in the defaults. @throws TypeError with the remedy */
  resolve(options: O): unknown;
}

/**
 * Makes sure of the values on their way into the container: a factory that hangs ends the boot, bad
 * values end it with a message, and no secret stays readable in the module's metadata.
 */
export function guardOptions<O extends object>(
  definition: DynamicModule,
  guarded: GuardedOptions<O>,
  timeoutSeconds = 30,
): DynamicModule {
  waitingTime('bootTimeoutSeconds', timeoutSeconds);
  return {
    ...definition,
    providers: (definition.providers ?? []).map((provider) =>
      guard(provider, guarded, timeoutSeconds),
    ),
  };
}

function guard<O extends object>(
  provider: Provider,
  { module, token, shape, values, resolve }: GuardedOptions<O>,
  timeoutSeconds: number,
): Provider {
  if (!('provide' in provider) || provider.provide !== token) return provider;
  const source = provider as Partial<FactoryProvider> & { useValue?: O };
  const make = source.useFactory ?? (() => source.useValue);
  return {
    provide: token,
    inject: source.inject ?? [],
    useFactory: async (...args: unknown[]) => {
      let options: O | undefined;
      const made = Promise.resolve(make(...args)).then((value) => {
        options = value as O;
      });
      if (!(await settleWithin(made, timeoutSeconds, { keepsProcess: true }))) {
        throw new Error(
          `The options factory of ${module} has not answered within ${timeoutSeconds} s. See what ` +
            'it waits for, or raise bootTimeoutSeconds.',
        );
      }
      if (source.useFactory) refuseShape(module, shape, options ?? {});
      assertKnownNames(module, options ?? {}, { ...shape, ...values });
      return resolve(options ?? ({} as O));
    },
  };
}

function refuseShape(module: string, shape: Readonly<Record<string, true>>, options: object): void {
  const found = Object.keys(options).filter((key) => key in shape);
  if (found.length > 0) {
    throw new TypeError(
      `The options factory of ${module} answered ${found.join(', ')}, which Nest fixes before it ` +
        'runs a factory. Write it beside useFactory.',
    );
  }
}
