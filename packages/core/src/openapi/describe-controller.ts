import { applyDecorators } from '@nestjs/common';
import { identifier } from './identifier.js';
import { operationOf } from './describe-route.js';
import { swagger } from './swagger.js';

/**
 * Puts the routes of a controller under the tag of its path, and names them after it. Again on a
 * subclass that stands at another path.
 */
export function describeController(path: string): ClassDecorator {
  if (!swagger) return applyDecorators();
  const { ApiOperation, DECORATORS } = swagger;
  const tag = path.replaceAll(/^\/+|\/+$/g, '');
  return (controller) => {
    if (tag !== '' && !Reflect.hasOwnMetadata(DECORATORS.API_TAGS, controller)) {
      Reflect.defineMetadata(DECORATORS.API_TAGS, [tag], controller);
    }
    for (const [target, key, descriptor] of methodsOf(controller.prototype as object)) {
      const operation = operationOf(descriptor.value);
      if (!operation) continue;
      const operationId = identifier(tag, operation.name);
      ApiOperation({ operationId, summary: operation.summary })(target, key, descriptor);
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
