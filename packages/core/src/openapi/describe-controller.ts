import { identifier } from './identifier.js';
import { routeOf } from './describe-route.js';
import { merge, SWAGGER } from './swagger-metadata.js';

/**
 * Puts the routes of a controller under the tag of its path, and names them after it. Again on a
 * subclass that stands at another path.
 */
export function describeController(path: string): ClassDecorator {
  const tag = path.replaceAll(/^\/+|\/+$/g, '');
  return (controller) => {
    if (tag !== '' && !Reflect.hasOwnMetadata(SWAGGER.tags, controller)) {
      Reflect.defineMetadata(SWAGGER.tags, [tag], controller);
    }
    for (const [target, key, descriptor] of methodsOf(controller.prototype as object)) {
      const route = routeOf(descriptor.value);
      if (!route) continue;
      const operationId = identifier(tag, route.name ?? key);
      merge(SWAGGER.operation, { operationId, summary: route.summary })(target, key, descriptor);
    }
  };
}

function methodsOf(prototype: object): [object, string, PropertyDescriptor][] {
  if (prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype));
  return [
    ...own.map(([key, descriptor]): [object, string, PropertyDescriptor] => [
      prototype,
      key,
      descriptor,
    ]),
    ...methodsOf(Object.getPrototypeOf(prototype) as object),
  ];
}
