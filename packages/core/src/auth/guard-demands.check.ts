import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { AUTHENTICATED, type AuthenticatedOptions } from './auth.metadata.js';
import { Authenticator } from './authenticator.js';

/** Refuses to boot when a route demands what no module of the application can judge. */
@Injectable()
export class GuardDemandsCheck implements OnApplicationBootstrap {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  onApplicationBootstrap(): void {
    const instances = this.discovery.getProviders().map(({ instance }): unknown => instance);
    const authenticators = [
      ...new Set(instances.filter((instance) => instance instanceof Authenticator)),
    ];
    const known = authenticators.flatMap(({ backends }) => backends.all()).map(({ name }) => name);
    const knowsRights = authenticators.some((authenticator) => authenticator.knowsRights);

    const guarded = [...this.discovery.getControllers(), ...this.discovery.getProviders()];
    for (const { metatype } of guarded) {
      // Gateways and resolvers are providers; so are functions without a prototype.
      if (typeof metatype !== 'function' || !metatype.prototype) continue;
      for (const [route, demands] of this.#demandsOf(metatype)) {
        refuseUnknown(route, demands, known);
        if (!knowsRights) refuseRights(route, demands);
      }
    }
  }

  #demandsOf(controller: Function): [route: string, demands: AuthenticatedOptions][] {
    const prototype = controller.prototype as Record<string, () => void>;
    const handlers = this.scanner
      .getAllMethodNames(prototype)
      .map((name) => [`${controller.name}.${name}`, prototype[name]] as const);
    return [[controller.name, controller] as const, ...handlers].flatMap(([route, target]) => {
      const demands = target && this.reflector.get(AUTHENTICATED, target);
      return demands ? [[route, demands] satisfies [string, AuthenticatedOptions]] : [];
    });
  }
}

function refuseUnknown(route: string, demands: AuthenticatedOptions, known: string[]): void {
  const unknown = demands.backends?.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(
    `${route} asks for the backend "${unknown}", which is not configured. Configured are: ` +
      `${known.join(', ')}.`,
  );
}

function refuseRights(route: string, { verified, superuser }: AuthenticatedOptions): void {
  if (!verified && !superuser) return;
  throw new TypeError(
    `${route} demands ${superuser ? 'a superuser' : 'a verified address'}, and tokens say nothing of ` +
      'rights. Decide by the id of the user, by what this application knows of them, or ask the service ' +
      'that has the users.',
  );
}
