import { once } from 'node:events';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { environment } from '../environment.js';
import { type auth, port } from './auth.js';

/** Mounts it as its documentation does, on the platform that the runner wants. */
export async function serve(handler: typeof auth): Promise<string> {
  await (environment.platform === 'express' ? onExpress(handler) : onFastify(handler));
  return `http://127.0.0.1:${port}`;
}

async function onExpress(handler: typeof auth): Promise<void> {
  const { default: express } = await import('express');
  const app = express();
  app.all('/api/auth/*splat', toNodeHandler(handler));
  await once(app.listen(port, '127.0.0.1'), 'listening');
}

async function onFastify({ handler }: typeof auth): Promise<void> {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    async handler(request, reply) {
      const url = new URL(request.url, `http://${request.headers.host}`);
      const response = await handler(
        new Request(url.toString(), {
          method: request.method,
          headers: fromNodeHeaders(request.headers),
          ...(request.body ? { body: JSON.stringify(request.body) } : {}),
        }),
      );
      reply.status(response.status);
      for (const [key, value] of response.headers) reply.header(key, value);
      return reply.send(response.body ? await response.text() : null);
    },
  });
  await app.listen({ port, host: '127.0.0.1' });
}
