import type { INestApplicationContext } from '@nestjs/common';
import { Credentials } from './credentials.js';
import { type Components, notedOperations, type OpenApiDocument } from './document.js';
import { nameApart } from './name-apart.js';
import { completeOperation } from './complete-operation.js';
import { UsersModules } from './users-modules.js';

/**
 * Completes an OpenAPI document by what only the running application knows: its backends. They
 * become security schemes, by which Swagger UI's "Authorize" logs in; each guarded route, those of
 * the application with `@Authenticated()` too, names the ones that it accepts.
 *
 * A scheme that the application has described itself under the name of a backend stays.
 *
 * @example
 * const config = new DocumentBuilder().setTitle('Cats').build();
 * const document = SwaggerModule.createDocument(app, config);
 * SwaggerModule.setup('docs', app, describeUsers(app, document));
 * @returns the same document
 * @publicApi
 */
export function describeUsers<Document extends OpenApiDocument>(
  app: INestApplicationContext,
  document: Document,
): Document {
  const operations = notedOperations(document);
  const credentials = new Credentials(new UsersModules(app), document, operations);

  const components: Components = (document.components ??= {});
  components.securitySchemes = { ...credentials.schemes(), ...components.securitySchemes };

  for (const noted of operations) completeOperation(noted, credentials);
  nameApart(operations);
  return document;
}
