import {
  BeforeUserRegister,
  type BeforeUserRegisterEvent,
  createListenerDecorator,
  UserRegisteredEvent,
  UsersEvent,
  UsersEventBus,
  UsersService,
} from '@nestjs-users/core';
import {
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsersTypeOrmModule } from '@nestjs-users/typeorm';
import { describe, expect, it } from 'vitest';
import { newPassword } from '../harness/leaks.js';
import { User } from '../harness/models.js';
import { everyDatabase, tell } from '../harness/tell.js';

class CatalogueReadEvent extends UsersEvent {}
const OnCatalogueRead = createListenerDecorator(CatalogueReadEvent);

/** Creates users in the hooks of the bootstrap, and waits for each. */
@Injectable()
class Seeds implements OnModuleInit, OnApplicationBootstrap {
  constructor(@Inject(ModuleRef) protected readonly moduleRef: ModuleRef) {}

  async onModuleInit(): Promise<void> {
    await this.create('on-module-init');
    const bus = this.moduleRef.get(UsersEventBus, { strict: false });
    await bus.emit(new CatalogueReadEvent());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.create('on-application-bootstrap');
  }

  protected async create(step: string): Promise<void> {
    const users = this.moduleRef.get(UsersService, { strict: false });
    const email = `${step}-${this.constructor.name.toLowerCase()}@example.org`;
    await users.create({ email, password: newPassword(), isSuperuser: true });
    // A forgotten password has to be unseen here too, not stuck.
    await users.forgotPassword(email);
  }
}

/** Starts before the module that finds the listeners: that one imports it. */
@Injectable()
class EarlySeeds extends Seeds {}

@Module({ providers: [EarlySeeds] })
class EarlyModule {}

/** Not ready to hear anything before its own hook has ended. */
@Injectable()
class Listeners implements OnModuleInit {
  heard: string[] = [];
  asked: string[] = [];
  #state = 'too early';

  async onModuleInit(): Promise<void> {
    await sleep(30);
    this.#state = 'ready';
  }

  @BeforeUserRegister()
  ask({ input }: BeforeUserRegisterEvent): void {
    this.asked.push(input.email);
  }

  @OnCatalogueRead()
  hear(): void {
    this.heard.push(this.#state);
  }
}

describe.each([false, true])('awaitListeners: %s', (awaitListeners) => {
  tell(
    'Hooks of the bootstrap',
    everyDatabase,
    (stage) => {
      const made = [
        'on-application-bootstrap-earlyseeds@example.org',
        'on-application-bootstrap-seeds@example.org',
        'on-module-init-earlyseeds@example.org',
        'on-module-init-seeds@example.org',
      ];

      it('EV-08: what they emit is heard once the application runs, each once', async () => {
        const { host } = stage;
        const events = await host.events.of(UserRegisteredEvent);
        expect(events.map(({ user }) => user.email).toSorted()).toEqual(made);
        expect(events.every(({ request }) => request === undefined)).toBe(true);
        expect(host.app.get(Listeners).heard).toEqual(['ready', 'ready']);
        for (const email of made) expect(await host.events.resetTokens(email)).toHaveLength(1);
      });

      it('EV-08: whoever may refuse is asked at once', () => {
        expect(stage.host.app.get(Listeners).asked.toSorted()).toEqual(made);
      });

      it('what they create is there', async () => {
        const { items } = await stage.host.users.list({ isSuperuser: true });
        expect(items.map(({ email }) => email).toSorted()).toEqual(made);
      });
    },
    {
      providers: [Seeds, Listeners],
      extras: { imports: [UsersTypeOrmModule.forEntity(User), EarlyModule] },
      options: { awaitListeners, constantAnswerSeconds: 0.05 },
    },
  );
});
