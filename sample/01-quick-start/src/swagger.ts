import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { describeUsers } from '@nestjs-users/core';

/** The users' routes are ordinary controllers, so they stand in the application's own document. */
export function setUpSwagger(app: INestApplication): void {
  const config = new DocumentBuilder().setTitle('Quick start').setVersion('1.0').build();
  SwaggerModule.setup('docs', app, () =>
    // Adds how one logs in: "Authorize" in Swagger UI then works for every guarded route.
    describeUsers(app, SwaggerModule.createDocument(app, config)),
  );
}
