import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApplication } from './application.js';
import { type Database, databases } from './databases.js';

const anna = { email: 'anna@example.com', password: 'correct horse battery' };

describe.each(Object.keys(databases))('an app with tokens, on %s', (name) => {
  let database: Database;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    database = await databases[name]!();
    app = await startApplication(database);
  });
  afterAll(async () => {
    await app?.close();
    await database?.drop();
    vi.unstubAllEnvs();
  });

  const http = () => request(app.getHttpServer());
  const me = (token: string) =>
    http().get('/users/me/sessions').set('Authorization', `Bearer ${token}`);
  const refresh = (refresh_token: string) =>
    http().post('/users/refresh/mobile').type('form').send({ refresh_token });

  it('logs in, refreshes, and stands in the list of devices', async () => {
    await http().post('/users/register').send(anna).expect(201);
    const form = { username: anna.email, password: anna.password };
    const login = await http()
      .post('/users/login/mobile')
      .set('User-Agent', 'Cats for phones')
      .type('form')
      .send(form);
    expect(login.body).toMatchObject({ token_type: 'bearer', expires_in: 900 });

    const renewed = await refresh(login.body.refresh_token);
    expect(renewed.status).toBe(200);
    // An answer that was lost: the same again.
    const again = await refresh(login.body.refresh_token);
    expect(again.body.refresh_token).toBe(renewed.body.refresh_token);

    const { body } = await me(renewed.body.access_token).expect(200);
    expect(body.items).toMatchObject([
      { backend: 'mobile', userAgent: 'Cats for phones', isCurrent: true },
    ]);
  });

  it('is out when it logs out, with both tokens', async () => {
    const { body } = await http().post('/users/login/mobile').send(anna);
    await http()
      .post('/users/logout/mobile')
      .set('Authorization', `Bearer ${body.access_token}`)
      .expect(204);
    await me(body.access_token).expect(401);
    await refresh(body.refresh_token).expect(401);
  });

  it('has a page that runs no script but its own', async () => {
    const page = await http().get('/').expect(200);
    expect(page.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(page.get('Content-Security-Policy')).toContain("script-src 'self'");
    await http().get('/page.js').expect('Content-Type', 'text/javascript; charset=utf-8');
    await http().get('/page.css').expect('Content-Type', 'text/css; charset=utf-8');
  });
});
