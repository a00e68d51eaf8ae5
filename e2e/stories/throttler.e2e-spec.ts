import { type ExecutionContext, Controller, Get } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Throttle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { expect, it } from 'vitest';
import type { Answer } from '../harness/client.js';
import { expectError } from '../harness/errors.js';
import type { Host, HostOptions } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');

@Controller('cats')
class CatsController {
  @Get()
  @Throttle({ default: { limit: 3, ttl: 60_000 } })
  list(): string[] {
    return ['Tom'];
  }
}

/** An application with Nest's own throttler around every route: eight requests a minute. */
const throttled = (skipIf?: (context: ExecutionContext) => boolean): HostOptions => ({
  imports: [
    ThrottlerModule.forRoot({
      throttlers: [{ ttl: 60_000, limit: 8 }],
      ...(skipIf && { skipIf }),
    }),
  ],
  controllers: [CatsController],
  providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
  options: { attemptLimits: { perAddress: { max: 5, perSeconds: 600 } } },
});

async function inTurn(count: number, send: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let n = 0; n < count; n++) answers.push(await send());
  return answers;
}

const guess = (host: Host, from: string): Promise<Answer> => {
  const body = { username: newEmail(), password: 'wrong' };
  return host.send({ method: 'POST', path: '/users/login/jwt', body, from });
};

const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);

/** A refusal of the throttler's own. */
function expectThrottled(answer: Answer | undefined): void {
  expect(answer?.status).toBe(429);
  expect(answer?.body).toEqual({
    statusCode: 429,
    message: 'ThrottlerException: Too Many Requests',
  });
  expect(Number(answer?.headers['retry-after'])).toBeLessThanOrEqual(60);
}

tell(
  'Beside @nestjs/throttler as a global guard',
  bare,
  (stage) => {
    it('RL-01: the routes of the application are throttled as before', async () => {
      const from = '127.5.0.1';
      const answers = await inTurn(5, () => stage.host.send({ path: '/cats', from }));
      expect(statuses(answers)).toEqual([200, 200, 200, 429, 429]);
      expect(answers[0]?.headers['x-ratelimit-limit']).toBe('3');
      expectThrottled(answers.at(-1));
    });

    it('RL-01, RL-13: both count, and each refuses in its own words', async () => {
      const { host } = stage;
      const from = '127.5.0.2';
      host.hasher.reset();
      const answers = await inTurn(10, () => guess(host, from));
      expect(statuses(answers)).toEqual([...Array(5).fill(400), ...Array(5).fill(429)]);
      for (const answer of answers.slice(5, 8)) {
        expectError(answer, 429, 'TOO_MANY_ATTEMPTS');
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(550);
      }
      for (const answer of answers.slice(8)) expectThrottled(answer);
      expect(host.hasher.verifications).toBe(5);
    });

    it('what the throttler refuses is no attempt', async () => {
      const { host } = stage;
      const from = '127.5.0.3';
      const register = () =>
        host.send({
          method: 'POST',
          path: '/users/register',
          body: { email: newEmail(), password: newPassword() },
          from,
        });
      const answers = await inTurn(9, register);
      expect(statuses(answers)).toEqual([...Array(5).fill(201), ...Array(4).fill(429)]);
      expectThrottled(answers.at(-1));
      // Another route is another budget of the throttler's, and another kind of the library's.
      expect((await guess(host, from)).status).toBe(400);
    });
  },
  throttled(),
);

tell(
  'Beside @nestjs/throttler, which leaves the routes of users out',
  bare,
  (stage) => {
    it('RL-01: the limits of the library alone count there', async () => {
      const { host } = stage;
      const from = '127.5.0.4';
      const answers = await inTurn(12, () => guess(host, from));
      expect(statuses(answers)).toEqual([...Array(5).fill(400), ...Array(7).fill(429)]);
      for (const answer of answers.slice(5)) expectError(answer, 429, 'TOO_MANY_ATTEMPTS');
      const cats = await inTurn(4, () => host.send({ path: '/cats', from }));
      expect(statuses(cats)).toEqual([200, 200, 200, 429]);
    });
  },
  throttled((context) => {
    const { url } = context.switchToHttp().getRequest<{ url: string }>();
    return url.startsWith('/users/');
  }),
);
