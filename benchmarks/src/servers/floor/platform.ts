import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { environment } from '../environment.js';
import type { User } from './statements.js';

/** `GET /users/me` on the platform that the runner wants, and nothing else. */
export async function serve(me: (token: string) => Promise<User | undefined>): Promise<string> {
  return environment.platform === 'express' ? onExpress(me) : onFastify(me);
}

async function onFastify(me: (token: string) => Promise<User | undefined>): Promise<string> {
  const { default: fastify } = await import('fastify');
  const app = fastify();
  app.get('/users/me', async (request, reply) => {
    const user = await me(request.headers.authorization?.slice(7) ?? '');
    return user ?? reply.code(401).send();
  });
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function onExpress(me: (token: string) => Promise<User | undefined>): Promise<string> {
  const { default: express } = await import('express');
  const app = express();
  app.get('/users/me', (request, response, next) => {
    me(request.headers.authorization?.slice(7) ?? '').then((user) => {
      if (user) response.json(user);
      else response.status(401).end();
    }, next);
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
