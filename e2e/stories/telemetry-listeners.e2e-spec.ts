import { OnUserLoggedIn, OnUserLoggedOut } from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newcomer } from '../harness/persona.js';
import { TelemetryProbe } from '../harness/telemetry.js';
import { everyPlatform, tell } from '../harness/tell.js';

const probe = new TelemetryProbe();
beforeAll(() => void probe.start());
afterAll(() => probe.stop());

const TIMEOUT_SECONDS = 0.3;

/** Each fails in a way of its own. */
@Injectable()
class Clerk {
  @OnUserLoggedIn()
  ends(): void {}

  @OnUserLoggedOut()
  throws(): void {
    throw new Error('A listener that fails.');
  }

  @OnUserLoggedOut()
  async rejects(): Promise<void> {
    await sleep(10);
    throw new Error('A listener that fails after a while.');
  }

  @OnUserLoggedOut()
  hangs(): Promise<never> {
    return new Promise(() => {});
  }

  /** What happens to whoever was given up is not counted again. */
  @OnUserLoggedOut()
  async throwsTooLate(): Promise<void> {
    await sleep(1000 * (TIMEOUT_SECONDS + 0.2));
    throw new Error('A listener that fails too late.');
  }
}

tell(
  'Telemetry of listeners',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    it('counts those that throw, and those that do not end in time, by their name', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      await host.events.during(async () => {});
      const seen = await probe.during(async () => {
        await anna.login();
        await host.events.during(() => anna.send({ method: 'POST', path: '/users/logout/jwt' }));
        await sleep(500);
      });
      const failure = (listener: string, outcome: string) => ({
        value: 1,
        attributes: { listener: `Clerk.${listener}`, event: 'UserLoggedOutEvent', outcome },
      });
      const found = seen.of('listener.failures');
      expect(found).toHaveLength(4);
      expect(found).toEqual(
        expect.arrayContaining([
          failure('throws', 'thrown'),
          failure('rejects', 'thrown'),
          failure('hangs', 'timeout'),
          failure('throwsTooLate', 'timeout'),
        ]),
      );
    });
  },
  { providers: [Clerk], options: { listenerTimeoutSeconds: TIMEOUT_SECONDS } },
);
