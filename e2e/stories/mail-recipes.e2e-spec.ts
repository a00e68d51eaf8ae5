import { createHash } from 'node:crypto';
import {
  BeforeUserRegister,
  BeforeUserRegisterEvent,
  DuringUserRegister,
  type DuringUserRegisterEvent,
  OnUserEmailChanged,
  OnUserPasswordReset,
  UserAdapter,
  UserEmailChangedEvent,
  UserPasswordResetEvent,
  UsersService,
} from '@nestjs-users/core';
import { type TypeOrmTransaction, UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { ForbiddenException, Inject, Injectable } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { IsString } from 'class-validator';
import { Column, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { expect, it } from 'vitest';
import { expectError, expectInvalid } from '../harness/errors.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import { CreateUser, models, User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { askForMail, recover, resetBy } from '../harness/recovery.js';
import { register } from '../harness/registration.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';
import { verifyBy } from '../harness/verification.js';

// The recipes of docs/email-flows.md, as they stand there.

@Entity('invitations')
class Invitation {
  @PrimaryColumn('varchar', { length: 64 }) digest!: string;
  @Column('varchar', { length: 254 }) email!: string;
}

@Injectable()
class Invitations {
  constructor(@InjectRepository(Invitation) private readonly open: Repository<Invitation>) {}

  @BeforeUserRegister()
  async admit({ input, request }: BeforeUserRegisterEvent<User & { invitation?: string }>) {
    if (!request) return;
    const invitation = await this.open.findOneBy({ digest: digestOf(`${input.invitation}`) });
    if (!invitation) throw new ForbiddenException('Ask for an invitation.');
    input.email = invitation.email;
    input.isVerified = true;
  }

  @DuringUserRegister()
  async use({ user, transaction }: DuringUserRegisterEvent<User, TypeOrmTransaction>) {
    await transaction.delete(Invitation, { email: user.email });
  }
}

function digestOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

class CreateInvited extends CreateUser {
  @IsString() invitation!: string;
}

async function invite({ dataSource }: Host, email = newEmail('Invited')) {
  const code = newPassword();
  await dataSource.manager.insert(Invitation, { digest: digestOf(code), email });
  return { code, email };
}

tell(
  'Registration with a code from a mail',
  everyDatabase,
  (stage) => {
    it('OA-08: makes a verified account of the address that the code was mailed to, once', async () => {
      const { host } = stage;
      const { code: invitation, email } = await invite(host);
      const answer = await register(host, { email: newEmail('other'), invitation });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ email, isVerified: true });
      expect(answer.body).not.toHaveProperty('invitation');
      expect((await register(host, { invitation })).status).toBe(403);
    });

    it('is refused without one, and keeps it for later where something else is wrong', async () => {
      const { host } = stage;
      expectInvalid(await register(host), 'invitation');
      expect((await register(host, { invitation: 'x' })).status).toBe(403);
      const { code: invitation } = await invite(host);
      const weak = await register(host, { invitation, password: 'short' });
      expectError(weak, 400, 'REGISTER_INVALID_PASSWORD', { reason: expect.any(String) });
      expect((await register(host, { invitation })).status).toBe(201);
    });
  },
  {
    extras: { models: { ...models, create: CreateInvited } },
    imports: [TypeOrmModule.forFeature([Invitation])],
    providers: [Invitations],
    dataSource: { entities: [User, Invitation] },
  },
);

@Injectable()
class VerifyAtReset {
  /** What happens between the reset and the listener. */
  static meanwhile = async (): Promise<void> => {};

  constructor(@Inject(UserAdapter) private readonly adapter: UserAdapter<User>) {}

  @OnUserPasswordReset()
  async verify({ user: { id, canonicalEmail } }: UserPasswordResetEvent<User>) {
    await VerifyAtReset.meanwhile();
    const expected = { canonicalEmail, isVerified: false };
    await this.adapter.update(id, { isVerified: true }, { expected });
  }
}

@Injectable()
class AddressMails {
  constructor(@Inject(UsersService) private readonly users: UsersService<User>) {}

  @OnUserEmailChanged()
  async changed({ user }: UserEmailChangedEvent<User>) {
    if (!user.isVerified) await this.users.requestVerification(user.email);
  }
}

tell(
  'Listeners that verify',
  everyPlatform,
  (stage) => {
    it('VF-01: a reset makes the address a verified one, whose mail has been read', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      await recover(host, anna.email, newPassword());
      await host.events.of(UserPasswordResetEvent);
      expect(await host.row({ id: anna.id })).toMatchObject({ isVerified: true });
    });

    it('VF-01: and no other address, should the account have one by then', async () => {
      const { host } = stage;
      const anna = await newcomer(host);
      const email = newEmail('other');
      VerifyAtReset.meanwhile = async () => {
        VerifyAtReset.meanwhile = async () => {};
        await host.users.update({ id: anna.id }, { email });
      };
      await recover(host, anna.email, newPassword());
      await host.events.of(UserPasswordResetEvent);
      expect(await host.row({ id: anna.id })).toMatchObject({ email, isVerified: false });
    });

    it('VF-06: an instant change of address brings the mail for the new one', async () => {
      const { host } = stage;
      const anna = await newcomer(host, 'jwt', { isVerified: true });
      const email = newEmail('moved');
      const body = { email, currentPassword: anna.password };
      expect((await anna.send({ method: 'PATCH', path: '/users/me', body })).status).toBe(200);
      await host.events.of(UserEmailChangedEvent);
      const [token] = await host.events.verificationTokens(email);
      expect((await verifyBy(host, token)).body).toMatchObject({ email, isVerified: true });
    });

    it('RG-14: somebody whom code has made chooses a password by mail, beyond any limit', async () => {
      const { host } = stage;
      const { email } = await host.users.create({ email: newEmail('colleague') });
      for (let time = 0; time < 4; time++) await askForMail(host, 'forgot-password', email);
      await host.users.forgotPassword(email, { isLimited: false });
      const tokens = await host.events.resetTokens(email);
      expect(tokens).toHaveLength(4);
      expect((await resetBy(host, tokens.at(-1), newPassword())).status).toBe(200);
      await host.events.of(UserPasswordResetEvent);
      expect(await host.users.getByEmail(email)).toMatchObject({ isVerified: true });
    });
  },
  {
    imports: [UsersTypeOrmModule.forEntity(User)],
    providers: [VerifyAtReset, AddressMails],
  },
);
