import { BeforeUserUpdate, type BeforeUserUpdateEvent } from '@nestjs-users/core';
import { Injectable } from '@nestjs/common';
import { beforeAll, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyDatabase, tell } from '../harness/tell.js';

const ROUNDS = 30;

/** Holds updates of one's own account between reading the row and writing it. */
@Injectable()
class Pause {
  #held: (() => void) | undefined;
  #isHolding: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  /** From now on the next update of `/me` is held; the promise tells when it is. */
  hold(): Promise<void> {
    this.#isHolding = new Promise((resolve) => {
      this.#open = resolve;
    });
    return new Promise((resolve) => {
      this.#held = resolve;
    });
  }

  letGo(): void {
    this.#open();
  }

  @BeforeUserUpdate()
  async wait({ request }: BeforeUserUpdateEvent): Promise<void> {
    if (request?.url !== '/users/me' || !this.#held) return;
    this.#held();
    this.#held = undefined;
    await this.#isHolding;
  }
}

tell(
  'Changes at the same time',
  everyDatabase,
  (stage) => {
    let admin: Persona;
    beforeAll(async () => {
      admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    });
    const change = (id: string, body: unknown) =>
      admin.send({ method: 'PATCH', path: `/users/${id}`, body });
    const remove = (id: string) => admin.send({ method: 'DELETE', path: `/users/${id}` });

    it.each([
      { theirs: { firstName: 'Anna' }, ours: { isActive: false } },
      { theirs: { firstName: 'Anna' }, ours: { isSuperuser: true, isVerified: true } },
      { theirs: { firstName: 'Anna' }, ours: { email: newEmail('Renamed') } },
      { theirs: { email: newEmail('Mine') }, ours: { isActive: false, firstName: 'Otto' } },
    ])(
      'AC-15: $theirs by the user does not undo $ours by a superuser',
      async ({ theirs, ours }) => {
        const anna = await newcomer(stage.host);
        const pause = stage.host.app.get(Pause);
        const isHeld = pause.hold();
        const body = { ...theirs, currentPassword: anna.password };
        const late = anna.send({ method: 'PATCH', path: '/users/me', body });
        await isHeld;
        expect((await change(anna.id, ours)).status).toBe(200);
        pause.letGo();
        await late;
        expect(await stage.host.row({ id: anna.id })).toMatchObject(ours);
      },
    );

    it('AC-15: a password that was replaced meanwhile confirms nothing', async () => {
      const anna = await newcomer(stage.host);
      const pause = stage.host.app.get(Pause);
      const isHeld = pause.hold();
      const body = { password: newPassword(), currentPassword: anna.password };
      const late = anna.send({ method: 'PATCH', path: '/users/me', body });
      await isHeld;
      const password = newPassword();
      expect((await change(anna.id, { password })).status).toBe(200);
      pause.letGo();
      expect((await late).body).toMatchObject({ code: 'UPDATE_USER_BAD_CURRENT_PASSWORD' });
      expect((await anna.login(password)).status).toBe(200);
    });

    it('AC-14: a deletion wins over changes that are under way', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const anna = await newcomer(stage.host);
        const mine = (firstName: string) =>
          anna.send({ method: 'PATCH', path: '/users/me', body: { firstName } });
        const [deleted, ...others] = await Promise.all(
          round % 2 === 0
            ? [remove(anna.id), change(anna.id, { firstName: 'A' }), mine('B')]
            : [mine('A'), change(anna.id, { isVerified: true }), remove(anna.id)].toReversed(),
        );
        expect(deleted?.status).toBe(204);
        for (const { status } of others) expect([200, 401, 404]).toContain(status);
        expect(await stage.host.row({ id: anna.id })).toBeNull();
      }
    });

    it('AC-14: a change that was held while its user was deleted does not bring them back', async () => {
      const anna = await newcomer(stage.host);
      const pause = stage.host.app.get(Pause);
      const isHeld = pause.hold();
      const late = anna.send({ method: 'PATCH', path: '/users/me', body: { firstName: 'A' } });
      await isHeld;
      expect((await remove(anna.id)).status).toBe(204);
      pause.letGo();
      expect((await late).status).toBe(404);
      expect(await stage.host.row({ id: anna.id })).toBeNull();
      expect(await stage.host.row({ canonicalEmail: anna.email })).toBeNull();
    });

    it('AC-14: of several deletions one succeeds', async () => {
      for (let round = 0; round < ROUNDS / 3; round++) {
        const { id } = await newcomer(stage.host);
        const answers = await Promise.all(Array.from({ length: 4 }, () => remove(id)));
        const statuses = answers.map(({ status }) => status).toSorted();
        expect(statuses).toEqual([204, 404, 404, 404]);
      }
    });

    it('AC-09: an address that two users are to be given goes to one of them', async () => {
      const users = [await newcomer(stage.host), await newcomer(stage.host)];
      for (let round = 0; round < ROUNDS; round++) {
        const email = newEmail('Wanted');
        const answers = await Promise.all(
          users.map(({ id }, index) => change(id, { email: index ? email.toUpperCase() : email })),
        );
        const statuses = answers.map(({ status }) => status).toSorted();
        expect(statuses).toEqual([200, 400]);
        const refused = answers.find(({ status }) => status === 400);
        expect(refused?.body).toMatchObject({ code: 'UPDATE_USER_EMAIL_ALREADY_EXISTS' });
        const { items } = await stage.host.users.list({ email });
        expect(items).toHaveLength(1);
      }
    });
  },
  { providers: [Pause] },
);
