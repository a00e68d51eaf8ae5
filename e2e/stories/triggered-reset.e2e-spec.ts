import { UserForgotPasswordEvent } from '@nestjs-users/core';
import { expect, it } from 'vitest';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

tell('A reset that a superuser triggers', everyPlatform, (stage) => {
  const mailsDuring = async (deed: () => Promise<unknown>): Promise<number> => {
    const events = await stage.host.events.during(deed);
    return events.filter((event) => event instanceof UserForgotPasswordEvent).length;
  };
  const trigger = (admin: Persona, { id }: Persona) =>
    admin.send({ method: 'POST', path: `/users/${id}/forgot-password` });
  const forget = ({ host, email }: Persona) =>
    host.send({ method: 'POST', path: '/users/forgot-password', body: { email } });

  it('RS-13, RS-17: is sent, though strangers have used up the mails of the account', async () => {
    const admin = await newcomer(stage.host, 'cookie', { isSuperuser: true });
    const anna = await newcomer(stage.host);
    const strangers = async () => {
      for (let count = 0; count < 5; count++) expect((await forget(anna)).status).toBe(202);
    };
    expect(await mailsDuring(strangers)).toBe(3);
    const triggered = async () => {
      expect((await trigger(admin, anna)).status).toBe(202);
    };
    expect(await mailsDuring(triggered)).toBe(1);
  });

  it('RS-13: takes nothing of what the owner may ask for', async () => {
    const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    const anna = await newcomer(stage.host);
    for (let count = 0; count < 4; count++) {
      expect(await mailsDuring(() => trigger(admin, anna))).toBe(1);
    }
    expect(await mailsDuring(() => forget(anna))).toBe(1);
  });
});
