import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** The users' routes are ordinary controllers, so they stand in the application's own document. */
export function setUpSwagger(app: INestApplication): void {
  const config = new DocumentBuilder().setTitle('Quick start').setVersion('1.0').build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
}
