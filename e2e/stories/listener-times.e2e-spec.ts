import {
  OnUserForgotPassword,
  OnUserRegistered,
  OnUserUpdated,
  UserForgotPasswordEvent,
  UsersEventBus,
} from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { beforeEach, describe, expect, it } from 'vitest';
import { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

/** Listeners that end when the story says so, or never. */
@Injectable()
class Slow {
  static open: () => void;
  static gate: Promise<void>;
  static steps: string[];

  constructor(@InjectDataSource() private readonly database: DataSource) {}

  @OnUserRegistered()
  @OnUserForgotPassword()
  async gated(): Promise<void> {
    Slow.steps.push('called');
    await Slow.gate;
    // What has been drained can still use the database.
    await this.database.query('SELECT 1');
    Slow.steps.push('ended');
  }

  @OnUserUpdated()
  never(): Promise<void> {
    Slow.steps.push('never');
    return new Promise(() => {});
  }
}

beforeEach(() => {
  Slow.steps = [];
  Slow.gate = new Promise((resolve) => (Slow.open = resolve));
});

const register = (host: Host) =>
  host.send({
    method: 'POST',
    path: '/users/register',
    body: { email: newEmail(), password: newPassword() },
  });

tell(
  'Slow listeners',
  everyPlatform,
  (stage) => {
    it('EV-05, R-13: answers do not wait for listeners that are under way', async () => {
      const { host } = stage;
      const persona = await newcomer(host);
      expect((await register(host)).status).toBe(201);
      const forgot = await host.send({
        method: 'POST',
        path: '/users/forgot-password',
        body: { email: persona.email },
      });
      expect(forgot.status).toBe(202);
      await expect.poll(() => Slow.steps).toEqual(['called', 'called', 'called']);
      Slow.open();
      await host.events.of(UserForgotPasswordEvent);
      expect(Slow.steps.filter((step) => step === 'ended')).toHaveLength(3);
    });

    it('EV-06: a listener that never ends is given up, reported and forgotten', async () => {
      const { host } = stage;
      Slow.open();
      const persona = await newcomer(host);
      for (let index = 0; index < 20; index++) {
        const body = { firstName: `Anna ${index}` };
        const { status } = await persona.send({ method: 'PATCH', path: '/users/me', body });
        expect(status).toBe(200);
      }
      await host.app.get(UsersEventBus).settled();
      expect(Slow.steps.filter((step) => step === 'never')).toHaveLength(20);
      const reports = host.log.filter((line) =>
        line.includes('Slow.never on UserUpdatedEvent has not ended after 0.2 s'),
      );
      expect(reports).toHaveLength(20);
    });
  },
  { providers: [Slow], options: { listenerTimeoutSeconds: 0.2 } },
);

describe.each(everyDatabase)('Shutdown on $database', (setup) => {
  it('waits for the listeners that run, and then closes the database', async () => {
    const host = await Host.start(setup, { providers: [Slow] });
    await register(host);
    await expect.poll(() => Slow.steps).toEqual(['called']);
    const closing = host.close().then(() => Slow.steps.push('closed'));
    await sleep(50);
    Slow.open();
    await closing;
    expect(Slow.steps).toEqual(['called', 'ended', 'closed']);
    expect(host.log.filter((line) => line.includes('failed'))).toEqual([]);
  });

  it('EV-06: waits no longer than shutdownGraceSeconds', async () => {
    const host = await Host.start(setup, {
      providers: [Slow],
      options: { shutdownGraceSeconds: 0.1, listenerTimeoutSeconds: 3600 },
    });
    const { id } = await host.users.create({ email: newEmail(), password: null });
    await host.users.update({ id }, { firstName: 'Anna' });
    await expect.poll(() => Slow.steps).toContain('never');
    await host.close();
    expect(host.log).toContainEqual(expect.stringContaining('Listeners still run 0.1 s after'));
  });
});

tell(
  'awaitListeners',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    it('keeps an answer back until the listeners have ended', async () => {
      const answer = register(stage.host).then(() => Slow.steps.push('answered'));
      await expect.poll(() => Slow.steps).toEqual(['called']);
      await sleep(50);
      Slow.open();
      await answer;
      expect(Slow.steps).toEqual(['called', 'ended', 'answered']);
    });

    it('EV-06: and not beyond listenerTimeoutSeconds', async () => {
      const { host } = stage;
      Slow.open();
      const persona = await newcomer(host);
      const { status } = await persona.send({
        method: 'PATCH',
        path: '/users/me',
        body: { firstName: 'Anna' },
      });
      expect(status).toBe(200);
    });

    it.each(['known', 'known, with a slow listener', 'inactive', 'unknown'])(
      'EN-04: a forgotten password takes constantAnswerSeconds: %s',
      async (whose) => {
        const { host } = stage;
        Slow.open();
        const { email } = await newcomer(host, 'jwt', { isActive: whose !== 'inactive' });
        if (whose.includes('slow')) Slow.gate = new Promise((resolve) => (Slow.open = resolve));
        Slow.steps = [];
        const start = performance.now();
        const answer = await host.send({
          method: 'POST',
          path: '/users/forgot-password',
          body: { email: whose === 'unknown' ? newEmail() : email },
        });
        const took = performance.now() - start;
        expect(answer.status).toBe(202);
        expect(answer.text).toBe('');
        expect(Slow.steps).toEqual(
          whose.startsWith('known') ? expect.arrayContaining(['called']) : [],
        );
        expect(Slow.steps.includes('ended')).toBe(whose === 'known');
        // The clock of timers may be a millisecond behind.
        expect(took).toBeGreaterThan(198);
        Slow.open();
        await host.events.of(UserForgotPasswordEvent);
      },
    );
  },
  {
    providers: [Slow],
    options: { awaitListeners: true, constantAnswerSeconds: 0.2, listenerTimeoutSeconds: 0.3 },
  },
);
