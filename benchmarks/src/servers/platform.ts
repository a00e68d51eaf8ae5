import type { INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { environment } from './environment.js';

/** A Nest application on the platform that the runner wants, on a free port. */
export async function listen(
  module: Type,
  prepare: (app: INestApplication) => void = () => {},
): Promise<{ app: INestApplication; origin: string }> {
  const adapter = environment.platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(module, adapter, { logger: ['error', 'warn'] });
  prepare(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  return { app, origin: `http://127.0.0.1:${port}` };
}
