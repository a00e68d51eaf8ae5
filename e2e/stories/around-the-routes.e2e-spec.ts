import type { OriginalRequest } from '@nestjs-users/core';
import {
  type CallHandler,
  type CanActivate,
  ClassSerializerInterceptor,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { everyPlatform, tell } from '../harness/tell.js';

/** What applications have a package for: so many requests of one address to one route. */
@Injectable()
class TinyThrottler implements CanActivate {
  static limit = Number.POSITIVE_INFINITY;
  readonly #counts = new Map<string, number>();

  canActivate(context: ExecutionContext): boolean {
    const { ip } = context.switchToHttp().getRequest<OriginalRequest>();
    const key = `${ip} ${context.getClass().name}.${context.getHandler().name}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count > TinyThrottler.limit) throw new HttpException('Slow down.', 429);
    return true;
  }
}

@Injectable()
class Envelope implements NestInterceptor {
  static routes: string[] = [];

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    Envelope.routes.push(`${context.getClass().name}.${context.getHandler().name}`);
    return next.handle().pipe(map((data: unknown) => (data === undefined ? data : { data })));
  }
}

tell(
  'An application with guards and interceptors of its own',
  everyPlatform,
  (stage) => {
    it('runs its interceptors around every route', async () => {
      Envelope.routes = [];
      const { host } = stage;
      const [email, password] = [newEmail(), newPassword()];
      const post = (path: string, body: object) => host.send({ method: 'POST', path, body });
      const registration = await post('/users/register', { email, password });
      expect(registration.status).toBe(201);
      expect(registration.body).toEqual({ data: expect.objectContaining({ email }) });
      const login = await post('/users/login/jwt', { username: email, password });
      expect(login.body.data).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
      const headers = { authorization: `Bearer ${login.body.data.access_token}` };
      const me = await host.send({ path: '/users/me', headers });
      expect(me.body).toEqual({ data: registration.body.data });
      const cookie = await post('/users/login/cookie', { username: email, password });
      expect([cookie.status, cookie.text]).toEqual([204, '']);
      expect(cookie.cookies).toHaveLength(1);
      expect(Envelope.routes).toEqual([
        'RegisterController.register',
        'AuthController.login',
        'MeController.me',
        'AuthController.login',
      ]);
    });

    it('RL-01: can limit every route by a global guard, before any hash', async () => {
      const { host } = stage;
      TinyThrottler.limit = 5;
      host.hasher.reset();
      const statuses: number[] = [];
      for (let index = 0; index < 10; index++) {
        const body = { username: newEmail(), password: 'wrong' };
        const answer = await host.send({ method: 'POST', path: '/users/login/jwt', body });
        statuses.push(answer.status);
      }
      TinyThrottler.limit = Number.POSITIVE_INFINITY;
      // The first story has had two logins.
      expect(statuses).toEqual([400, 400, 400, 429, 429, 429, 429, 429, 429, 429]);
      expect(host.hasher.calls).toBe(3);
    });
  },
  {
    providers: [
      { provide: APP_GUARD, useClass: TinyThrottler },
      { provide: APP_INTERCEPTOR, useClass: Envelope },
      { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor },
    ],
  },
);

describe.each([
  [false, undefined, undefined],
  [true, 'https://app.example.org', 'true'],
])('CORS switched on: %s', (isOn, origin, credentials) => {
  tell(
    'CK-11',
    everyPlatform.filter(({ flavour }) => flavour === 'bare'),
    (stage) => {
      const headers = { origin: 'https://app.example.org' };

      it('the library sets no CORS headers, and leaves those of the application', async () => {
        const answer = await stage.host.send({ path: '/users/me', headers });
        expect(answer.status).toBe(401);
        expect(answer.headers['access-control-allow-origin']).toBe(origin);
        expect(answer.headers['access-control-allow-credentials']).toBe(credentials);
      });

      it('a preflight is answered by the application', async () => {
        const answer = await stage.host.send({
          method: 'OPTIONS',
          path: '/users/login/cookie',
          headers: { ...headers, 'access-control-request-method': 'POST' },
        });
        expect(answer.status).toBe(isOn ? 204 : 404);
        expect(answer.headers['access-control-allow-origin']).toBe(origin);
      });
    },
    {
      configure: (app) => {
        if (isOn) app.enableCors({ origin: 'https://app.example.org', credentials: true });
      },
    },
  );
});
