import { noteOf, type Note, type Requirement } from './requirement.js';
import type { SecurityScheme } from './security-scheme.js';

/** What `SwaggerModule.createDocument()` makes, as far as the library looks at it. @publicApi */
export interface OpenApiDocument {
  readonly paths: object;
  readonly servers?: readonly { readonly url: string }[];
  components?: object;
}

/** The parts of {@link OpenApiDocument} that are filled in. */
export interface Components {
  securitySchemes?: Record<string, SecurityScheme>;
}

/** What one method of one path does. */
export interface Operation {
  operationId?: string;
  security?: readonly Requirement[];
  parameters?: readonly { readonly name: string; readonly schema?: object }[];
  responses: Record<string, unknown>;
  requestBody?: { content: Record<string, unknown> };
}

/** An operation that decorators of the library have left notes on. */
export interface NotedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  readonly notes: readonly Note[];
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'options', 'head', 'trace'];

/** The operations of a document that are guarded, anonymous, or about credentials. */
export function notedOperations({ paths }: OpenApiDocument): NotedOperation[] {
  return Object.entries(paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, item]) =>
      Object.entries(item)
        .filter(([method]) => METHODS.includes(method))
        .map(([method, operation]) => ({
          path,
          method,
          operation,
          notes: (operation.security ?? []).map(noteOf).filter((note) => note !== undefined),
        }))
        .filter(({ notes }) => notes.length > 0),
  );
}
