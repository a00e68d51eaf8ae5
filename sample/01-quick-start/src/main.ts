import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { setUpSwagger } from './swagger.js';

const app = await NestFactory.create(AppModule);
// On SIGTERM: finish running listeners, close the database.
app.enableShutdownHooks();
setUpSwagger(app);

const port = Number(process.env['PORT'] ?? 3000);
await app.listen(port);

console.log(`
  Try the routes    http://localhost:${port}/docs
  Register a user   curl http://localhost:${port}/users/register -H 'Content-Type: application/json' \\
                      -d '{"email":"anna@example.com","password":"correct horse battery"}'
  Make a superuser  cd sample/01-quick-start && npx nestjs-users create-superuser \\
                      --email root@example.com

  Mails are printed here.
`);
