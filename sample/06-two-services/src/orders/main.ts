import { NestFactory } from '@nestjs/core';
import { OrdersModule } from './orders.module.js';

const app = await NestFactory.create(OrdersModule);
app.enableShutdownHooks();
const port = Number(process.env['ORDERS_PORT'] ?? 3001);
await app.listen(port);
console.log(`Orders: http://localhost:${port}/orders`);
