import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { environment } from './ready.js';
/** An application on the platform that the runner wants, on a free port. */
export async function listen(module) {
    const adapter = environment.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
    const app = await NestFactory.create(module, adapter, { logger: ['error', 'warn'] });
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address();
    return { app, origin: `http://127.0.0.1:${port}` };
}
//# sourceMappingURL=platform.js.map