import { Authenticated, CurrentUser } from '@nestjs-users/core';
import { Controller, type INestApplication } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { expect, it } from 'vitest';
import { tokenOf } from '../harness/doors.js';
import { freePort } from '../harness/free-port.js';
import type { User } from '../harness/models.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

@Controller()
class AccountsController {
  @MessagePattern('who')
  @Authenticated()
  who(@CurrentUser() user: User): string {
    return user.email;
  }

  @MessagePattern('maybe')
  @Authenticated({ optional: true })
  maybe(@CurrentUser() user: User | null): string {
    return user?.email ?? 'nobody';
  }

  @MessagePattern('secret')
  @Authenticated({ superuser: true })
  secret(): string {
    return 'secret';
  }
}

const ports = new WeakMap<INestApplication, number>();

async function listenByTcp(app: INestApplication): Promise<void> {
  const port = await freePort();
  app.connectMicroservice({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  await app.startAllMicroservices();
  ports.set(app, port);
}

tell(
  'Messages of microservices',
  everyPlatform.filter(({ flavour }) => flavour === 'bare'),
  (stage) => {
    const call = async (pattern: string, authorization?: string): Promise<unknown> => {
      const port = ports.get(stage.host.app);
      const client = ClientProxyFactory.create({
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: port! },
      });
      try {
        return await firstValueFrom(client.send(pattern, { authorization }));
      } catch (error) {
        return error;
      } finally {
        await client.close();
      }
    };
    const bearer = async (persona: Persona) => `Bearer ${await tokenOf(persona, 'jwt')}`;

    it('say who sends them, where the broker has no headers', async () => {
      const anna = await newcomer(stage.host);
      expect(await call('who', await bearer(anna))).toBe(anna.email);
      expect(await call('maybe', await bearer(anna))).toBe(anna.email);
      expect(await call('maybe')).toBe('nobody');
    });

    it('CF-04: nobody gets in, and hears it as an RPC tells it', async () => {
      for (const authorization of [undefined, 'Bearer nonsense', '']) {
        expect(await call('who', authorization)).toMatchObject({
          statusCode: 401,
          code: 'UNAUTHORIZED',
        });
      }
    });

    it('AC-05: rights are judged at each message', async () => {
      await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const authorization = await bearer(admin);
      expect(await call('secret', authorization)).toBe('secret');
      await stage.host.users.update({ id: admin.id }, { isSuperuser: false });
      const refusal = { statusCode: 403, code: 'FORBIDDEN' };
      expect(await call('secret', authorization)).toMatchObject(refusal);
      await stage.host.users.update({ id: admin.id }, { isActive: false });
      expect(await call('secret', authorization)).toMatchObject({ statusCode: 401 });
    });

    it('many at a time, each is its own', async () => {
      const personas = await Promise.all(Array.from({ length: 5 }, () => newcomer(stage.host)));
      const answers = await Promise.all(
        personas.flatMap((persona) =>
          [1, 2, 3].map(async () => (await call('who', await bearer(persona))) === persona.email),
        ),
      );
      expect(answers.every(Boolean)).toBe(true);
    });
  },
  { controllers: [AccountsController], configure: listenByTcp },
);
