import { setTimeout as sleep } from 'node:timers/promises';
import {
  OnUserEmailChangeRequested,
  OnUserEmailClaimed,
  OnUserRegistered,
  OnUserVerificationRequested,
  UserAdapter,
} from '@nestjs-users/core';
import { FastPasswordHasher } from '@nestjs-users/testing';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Classes, expectAlike, expectDifferent, startQuietHost } from '../harness/alike.js';
import { databases } from '../harness/databases.js';
import { askFor } from '../harness/email-change.js';
import type { Host } from '../harness/host.js';
import { newEmail } from '../harness/leaks.js';
import { newcomer } from '../harness/persona.js';
import { register } from '../harness/registration.js';
import { HASH_LIMITS } from '../harness/timing.js';

@Injectable()
class SlowMailer {
  @OnUserRegistered()
  @OnUserVerificationRequested()
  @OnUserEmailClaimed()
  @OnUserEmailChangeRequested()
  async send(): Promise<void> {
    await sleep(2000);
  }
}

/** Whom an address may belong to that somebody wants. */
async function addresses(host: Host): Promise<Record<string, () => string>> {
  const [taken, inactive] = [newEmail('taken'), newEmail('inactive')];
  await host.users.create({ email: taken });
  await host.users.create({ email: inactive, isActive: false });
  return { free: () => newEmail('free'), taken: () => taken, inactive: () => inactive };
}

/** Registers each kind of address. */
async function registrations(host: Host): Promise<Classes> {
  return Object.fromEntries(
    Object.entries(await addresses(host)).map(([kind, email]) => [
      kind,
      () => register(host, { email: email() }),
    ]),
  );
}

/** Asks for each kind of address as one's own new one. */
async function changes(host: Host): Promise<Classes> {
  const anna = await newcomer(host);
  return Object.fromEntries(
    Object.entries(await addresses(host)).map(([kind, email]) => [
      kind,
      () => askFor(anna, email()),
    ]),
  );
}

/** The cheapest hash lets everything else be seen best. */
const wishes = () => ({
  providers: [SlowMailer],
  extras: { registration: 'generic' } as const,
  options: {
    passwordHasher: new FastPasswordHasher(),
    mailLimit: false,
    listenerTimeoutSeconds: 3,
    requestVerificationOnRegister: true,
  } as const,
});

describe.each(databases)('where nobody is told who has an account (%s)', (database) => {
  let host: Host;
  beforeAll(async () => {
    host = await startQuietHost(wishes(), database);
  });
  afterAll(() => host.close());

  it('EN-06: the time of a registration does not tell it either', async () => {
    await expectAlike(await registrations(host), HASH_LIMITS);
  }, 600_000);

  it('EN-07: nor does the time of a wish for another address', async () => {
    await expectAlike(await changes(host), HASH_LIMITS);
  }, 600_000);
});

describe('the controls of these tests', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startQuietHost(wishes());
  });
  afterAll(() => host.close());

  it('EN-06: see an insert that takes longer than the answer waits', async () => {
    const adapter = host.app.get(UserAdapter, { strict: false });
    const create = adapter.create.bind(adapter);
    adapter.create = async (user) => {
      const row = await create(user);
      await sleep(60);
      return row;
    };
    await expectDifferent(await registrations(host), HASH_LIMITS, 30);
  }, 300_000);

  it('EN-07: see a look-up before the answer', async () => {
    const adapter = host.app.get(UserAdapter, { strict: false });
    const update = adapter.update.bind(adapter);
    adapter.update = async (id, columns, options) => {
      const taken = await adapter.findByCanonicalEmail(String(columns.pendingEmail));
      if (taken) await sleep(5);
      return update(id, columns, options);
    };
    await expectDifferent(await changes(host), HASH_LIMITS, 30);
  }, 300_000);
});
