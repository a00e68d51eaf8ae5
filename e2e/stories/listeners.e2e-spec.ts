import {
  BeforeUserLogin,
  OnUserDeleted,
  OnUserRegistered,
  OnUserUpdated,
  type OriginalRequest,
  UserRegisteredEvent,
  UsersEvent,
  UsersService,
} from '@nestjs-users/core';
import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { beforeEach, expect, it } from 'vitest';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { newcomer } from '../harness/persona.js';
import { everyPlatform, tell } from '../harness/tell.js';

const heard: string[] = [];
beforeEach(() => {
  heard.length = 0;
});

@Injectable()
class Ordered {
  @OnUserRegistered({ order: 2 })
  third(): void {
    heard.push('third');
  }

  @OnUserRegistered({ order: -5 })
  first(): void {
    heard.push('first');
  }

  @OnUserRegistered()
  second(): void {
    heard.push('second');
  }

  @OnUserUpdated()
  @OnUserDeleted()
  both(event: UsersEvent): void {
    heard.push(event.constructor.name);
  }
}

/** Knows the library as applications do: by injection. */
abstract class Greeter {
  constructor(@Inject(UsersService) protected readonly users: UsersService<User>) {}

  @OnUserRegistered({ order: 10 })
  async greet({ user }: UserRegisteredEvent<User>): Promise<void> {
    const { firstName } = await this.users.get(user.id);
    heard.push(`${this.constructor.name} greets ${firstName}`);
  }
}

@Injectable()
class InheritingGreeter extends Greeter {}

@Injectable({ scope: Scope.TRANSIENT })
class TransientGreeter extends Greeter {}

class FactoryGreeter extends Greeter {}

@Controller('greetings')
class GreeterController extends Greeter {
  @Get()
  list(): string[] {
    return heard;
  }
}

@Module({ providers: [InheritingGreeter], controllers: [GreeterController] })
class ElsewhereModule {}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  static made = 0;

  constructor(@Inject(REQUEST) private readonly request: OriginalRequest | undefined) {
    PerRequest.made++;
  }

  @OnUserRegistered({ order: 20 })
  note(event: UserRegisteredEvent): void {
    const isSame = this.request === event.request;
    heard.push(`${this.request?.headers['user-agent'] ?? 'nobody'} ${isSame}`);
  }

  @BeforeUserLogin()
  ask(): void {
    heard.push(`asked for ${this.request?.headers['user-agent']}`);
  }
}

tell(
  'Listeners',
  everyPlatform,
  (stage) => {
    const register = (firstName: string) =>
      stage.host.send({
        method: 'POST',
        path: '/users/register',
        headers: { 'user-agent': 'a browser' },
        body: { email: newEmail(), password: newPassword(), firstName },
      });
    const settled = () => stage.host.events.of(UsersEvent);

    it('are found wherever they are, and called in order, each once', async () => {
      await register('Anna');
      await settled();
      expect(heard.slice(0, 3)).toEqual(['first', 'second', 'third']);
      expect(heard.filter((line) => line.includes('greets')).toSorted()).toEqual([
        'FactoryGreeter greets Anna',
        'GreeterController greets Anna',
        'InheritingGreeter greets Anna',
        'TransientGreeter greets Anna',
      ]);
    });

    it('may hear several events by one method', async () => {
      const admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
      const { id } = await newcomer(stage.host);
      await settled();
      heard.length = 0;
      const path = `/users/${id}`;
      await admin.send({ method: 'PATCH', path, body: { firstName: 'Anna' } });
      await admin.send({ method: 'DELETE', path });
      await settled();
      expect(heard).toEqual(['UserUpdatedEvent', 'UserDeletedEvent']);
    });

    it('get the request of the event injected, where their class is request-scoped', async () => {
      PerRequest.made = 0;
      await register('Anna');
      await stage.host.users.create({ email: newEmail() });
      await settled();
      const lines = heard.filter((line) => /^(a browser|nobody)/.test(line));
      expect(lines).toEqual(['a browser true', 'nobody true']);
      expect(PerRequest.made).toBe(2);
    });

    it('that are asked get it too', async () => {
      const persona = await newcomer(stage.host);
      heard.length = 0;
      await stage.host.send({
        method: 'POST',
        path: '/users/login/jwt',
        headers: { 'user-agent': 'a phone' },
        body: { username: persona.email, password: persona.password },
      });
      expect(heard).toContain('asked for a phone');
    });
  },
  {
    extras: { isGlobal: true },
    imports: [ElsewhereModule],
    providers: [
      Ordered,
      TransientGreeter,
      PerRequest,
      {
        provide: 'greeter',
        inject: [UsersService],
        useFactory: (users: UsersService<User>) => new FactoryGreeter(users),
      },
      { provide: 'alias', useExisting: 'greeter' },
    ],
  },
);
