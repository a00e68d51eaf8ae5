import { NestFactory } from '@nestjs/core';
import { AccountsModule } from './accounts.module.js';

const app = await NestFactory.create(AccountsModule);
app.enableShutdownHooks();
const port = Number(process.env['ACCOUNTS_PORT'] ?? 3000);
await app.listen(port);
console.log(`Accounts: http://localhost:${port}/users/.well-known/jwks.json`);
