/**
 * Where `@nestjs/swagger` looks for descriptions: the keys and values that its own decorators write,
 * the same in all versions that the library supports.
 *
 * The library writes them without loading the package. Whether and where an application has it
 * installed then makes no difference, and neither does the order of its imports: on early versions of
 * Node 20.19 and 22.12, `require()` of a module that an `import` is about to evaluate fails.
 */
export const SWAGGER = {
  parameters: 'swagger/apiParameters',
  consumes: 'swagger/apiConsumes',
  extraModels: 'swagger/apiExtraModels',
  operation: 'swagger/apiOperation',
  properties: 'swagger/apiModelProperties',
  propertyNames: 'swagger/apiModelPropertiesArray',
  responses: 'swagger/apiResponse',
  security: 'swagger/apiSecurity',
  schema: 'swagger/apiSchema',
  tags: 'swagger/apiUseTags',
} as const;

/** Decorates a class, or a method of one. */
export type Describe = ClassDecorator & MethodDecorator;

/** A decorator that adds to a list of descriptions. */
export function append(key: string, ...items: readonly unknown[]): Describe {
  return describe((subject) => {
    const known = (Reflect.getMetadata(key, subject) ?? []) as unknown[];
    Reflect.defineMetadata(key, [...known, ...items], subject);
  });
}

/** A decorator that adds to named descriptions. What has a name already is described anew. */
export function merge(key: string, entries: object): Describe {
  return describe((subject) => {
    const known = Reflect.getMetadata(key, subject) as object | undefined;
    Reflect.defineMetadata(key, { ...known, ...entries }, subject);
  });
}

/**
 * A decorator that describes what it stands on.
 *
 * @param write - receives the class or the method's function, and the class
 */
export function describe(write: (subject: object, owner: Function) => void): Describe {
  return ((target: object, _key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const owner = typeof target === 'function' ? target : target.constructor;
    write((descriptor?.value ?? target) as object, owner);
  }) as Describe;
}
