import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ContextIdFactory, DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import { type Listener, readListenerMetadata } from './listener.js';
import { UsersEventBus } from './users-event-bus.js';
import type { UsersEvent } from './users.events.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Listening = Record<string, (event: UsersEvent) => unknown>;

/** Finds the decorated methods of all providers and controllers of this application. */
@Injectable()
export class UsersListenersExplorer implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(UsersEventBus) private readonly bus: UsersEventBus,
  ) {
    bus.findListenersBy(() => this.#explore());
  }

  onApplicationBootstrap(): void {
    this.bus.start();
  }

  #explore(): Listener[] {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const seen = new Set<unknown>();
    return wrappers
      .filter((wrapper) => !wrapper.isAlias && isFirst(seen, wrapper.instance ?? wrapper))
      .flatMap((wrapper) => this.#listenersOf(wrapper));
  }

  #listenersOf(wrapper: Wrapper): Listener[] {
    const prototype = prototypeOf(wrapper);
    if (!prototype) return [];
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method = prototype[name];
      if (typeof method !== 'function') return [];
      return readListenerMetadata(method).map((metadata) => ({
        ...metadata,
        label: `${prototype.constructor.name}.${name}`,
        invoke: this.#invoker(wrapper, name),
      }));
    });
  }

  /**
   * A request-scoped class gets an instance for each event, with the event's request injected, and
   * a transient class one too: Nest has made none of either.
   */
  #invoker(wrapper: Wrapper, name: string): Listener['invoke'] {
    if (wrapper.isDependencyTreeStatic() && !wrapper.isTransient) {
      const instance = wrapper.instance as Listening;
      return (event) => instance[name]?.(event);
    }
    // Of the module that declares it: another one may have another class under the same token.
    const host = wrapper.host as NonNullable<Wrapper['host']>;
    const moduleRef = host.getProviderByKey<ModuleRef>(ModuleRef).instance;
    return async (event) => {
      const contextId = ContextIdFactory.create();
      moduleRef.registerRequestByContextId(event.request, contextId);
      const instance = await moduleRef.resolve<Listening>(wrapper.token, contextId);
      return instance[name]?.(event);
    };
  }
}

function isFirst(seen: Set<unknown>, item: unknown): boolean {
  if (seen.has(item)) return false;
  seen.add(item);
  return true;
}

/** Factories and values have no class: their instance tells what methods there are. */
function prototypeOf(wrapper: Wrapper): Record<string, unknown> | undefined {
  const instance: unknown = wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined;
  if (typeof instance === 'object' && instance !== null) {
    return Object.getPrototypeOf(instance) as Record<string, unknown>;
  }
  return wrapper.metatype?.prototype as Record<string, unknown> | undefined;
}
