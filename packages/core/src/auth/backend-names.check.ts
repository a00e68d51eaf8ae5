import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { AUTHENTICATED } from './auth.metadata.js';
import { Backends } from './backends.js';

/** Refuses to boot when a route asks for a backend that no module of the application has. */
@Injectable()
export class BackendNamesCheck implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const known = this.discovery
      .getProviders()
      .map(({ instance }): unknown => instance)
      .filter((instance) => instance instanceof Backends)
      .flatMap((backends) => backends.all().map(({ name }) => name));

    for (const { metatype } of this.discovery.getControllers()) {
      if (typeof metatype !== 'function') continue;
      for (const [route, name] of this.#askedBy(metatype)) {
        if (known.includes(name)) continue;
        throw new TypeError(
          `${route} asks for the backend "${name}", which is not configured. Configured are: ` +
            `${known.join(', ')}.`,
        );
      }
    }
  }

  #askedBy(controller: Function): [route: string, backend: string][] {
    const prototype = controller.prototype as Record<string, () => void>;
    const handlers = this.scanner
      .getAllMethodNames(prototype)
      .map((name) => [`${controller.name}.${name}`, prototype[name]] as const);
    return [[controller.name, controller] as const, ...handlers].flatMap(([route, target]) =>
      (target ? (this.reflector.get(AUTHENTICATED, target)?.backends ?? []) : []).map(
        (backend): [string, string] => [route, backend],
      ),
    );
  }
}
