import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common';
import { DiscoveryModule, REQUEST } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { NO_TELEMETRY, UsersTelemetry } from '../telemetry/users-telemetry.js';
import type { BaseUser } from '../users/user.js';
import { UsersEventBus } from './users-event-bus.js';
import { USERS_EVENT_OPTIONS } from './users-event.options.js';
import { BeforeUserLogin, OnUserDeleted, OnUserRegistered } from './users-events.decorators.js';
import { UsersListenersExplorer } from './users-listeners.explorer.js';
import { BeforeUserLoginEvent } from './before-users.events.js';
import { UserDeletedEvent, UserRegisteredEvent, type UsersEvent } from './users.events.js';

const request = { method: 'POST', url: '/', headers: {} };
const user = { id: 1, email: 'anna@example.org', isActive: true } as BaseUser;
const heard: string[] = [];

@Injectable()
class Mailer {
  readonly name = 'mailer';
}

@Injectable()
class Mails {
  constructor(@Inject(Mailer) readonly mailer: Mailer) {}

  @OnUserRegistered()
  @OnUserDeleted()
  mail(event: UsersEvent): void {
    heard.push(`${this.constructor.name}.mail by ${this.mailer.name} of ${event.constructor.name}`);
  }
}

@Injectable()
class Inheriting extends Mails {}

@Injectable()
class Overriding extends Mails {
  override mail(): void {
    heard.push('an override without decorator');
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class TransientMails extends Mails {}

@Injectable({ scope: Scope.REQUEST })
class RequestMails extends Mails {
  static made = 0;
  readonly number = ++RequestMails.made;

  constructor(
    @Inject(Mailer) mailer: Mailer,
    @Inject(REQUEST) readonly injected: unknown,
  ) {
    super(mailer);
  }

  override mail(): void {}

  @OnUserRegistered()
  @BeforeUserLogin()
  note(): void {
    const of = this.injected === request ? 'its request' : String(this.injected);
    heard.push(`instance ${this.number} with ${of}`);
  }
}

/** Not scoped itself; what it needs is. */
@Injectable()
class DependsOnRequest {
  constructor(@Inject(RequestMails) readonly mails: RequestMails) {}

  @OnUserRegistered()
  note(): void {
    heard.push(`depends on instance ${this.mails.number}`);
  }
}

@Controller()
class Page extends Mails {
  @Get()
  show(): void {}
}

@Controller({ scope: Scope.REQUEST })
class ScopedPage extends Mails {
  @Get()
  show(): void {}
}

class Getters {
  get mails(): never {
    throw new Error('A getter was called.');
  }
}

describe('UsersListenersExplorer', () => {
  let close: () => Promise<void>;
  let bus: UsersEventBus;
  afterEach(async () => {
    await close();
    heard.length = 0;
    RequestMails.made = 0;
  });

  async function start(metadata: Parameters<typeof Test.createTestingModule>[0]) {
    const module = await Test.createTestingModule({
      ...metadata,
      imports: [DiscoveryModule, ...(metadata.imports ?? [])],
      providers: [
        {
          provide: USERS_EVENT_OPTIONS,
          useValue: { name: 'users', listenerTimeoutSeconds: 1, shutdownGraceSeconds: 1 },
        },
        UsersEventBus,
        { provide: UsersTelemetry, useValue: NO_TELEMETRY },
        UsersListenersExplorer,
        Mailer,
        ...(metadata.providers ?? []),
      ],
    }).compile();
    await module.init();
    close = () => module.close();
    bus = module.get(UsersEventBus);
    return async (event: UsersEvent = new UserRegisteredEvent(user, request)) => {
      await bus.emit(event);
      await bus.settled();
      return heard.splice(0);
    };
  }

  it('finds providers, and each subscription of a method', async () => {
    const emit = await start({ providers: [Mails] });
    expect(await emit()).toEqual(['Mails.mail by mailer of UserRegisteredEvent']);
    expect(await emit(new UserDeletedEvent(user))).toEqual([
      'Mails.mail by mailer of UserDeletedEvent',
    ]);
    expect(await emit(new BeforeUserLoginEvent(user, 'jwt'))).toEqual([]);
  });

  it('finds inherited listeners; an override without decorator is none', async () => {
    const emit = await start({ providers: [Inheriting, Overriding] });
    expect(await emit()).toEqual(['Inheriting.mail by mailer of UserRegisteredEvent']);
  });

  it('finds controllers, and providers of other modules', async () => {
    @Module({ providers: [Mails, Mailer] })
    class Elsewhere {}
    const emit = await start({ imports: [Elsewhere], controllers: [Page] });
    expect((await emit()).toSorted()).toEqual([
      'Mails.mail by mailer of UserRegisteredEvent',
      'Page.mail by mailer of UserRegisteredEvent',
    ]);
  });

  it('finds factories and values, and an alias only once', async () => {
    const emit = await start({
      providers: [
        { provide: 'factory', useFactory: () => new Mails(new Mailer()) },
        { provide: 'value', useValue: new Inheriting(new Mailer()) },
        { provide: 'alias', useExisting: 'value' },
        { provide: 'nothing', useValue: null },
        { provide: 'bare', useValue: Object.create(null) },
        { provide: 'class', useValue: Mails },
        { provide: 'getters', useValue: new Getters() },
      ],
    });
    expect((await emit()).toSorted()).toEqual([
      'Inheriting.mail by mailer of UserRegisteredEvent',
      'Mails.mail by mailer of UserRegisteredEvent',
    ]);
  });

  it('makes a request-scoped listener for each event, with the request of the event', async () => {
    const emit = await start({ providers: [RequestMails] });
    expect(await emit()).toEqual(['instance 1 with its request']);
    expect(await emit(new UserRegisteredEvent(user))).toEqual(['instance 2 with undefined']);
  });

  it('makes a request-scoped listener that is asked', async () => {
    await start({ providers: [RequestMails] });
    expect(RequestMails.made).toBe(0);
    await bus.ask(new BeforeUserLoginEvent(user, 'jwt', request));
    expect(heard).toEqual(['instance 1 with its request']);
  });

  it('makes a listener that depends on a request-scoped provider', async () => {
    const emit = await start({ providers: [RequestMails, DependsOnRequest] });
    expect((await emit()).toSorted()).toEqual([
      'depends on instance 2',
      'instance 1 with its request',
    ]);
  });

  it('constructs transient listeners', async () => {
    const emit = await start({ providers: [TransientMails] });
    expect(await emit()).toEqual(['TransientMails.mail by mailer of UserRegisteredEvent']);
  });

  it('makes request-scoped controllers', async () => {
    const emit = await start({ controllers: [ScopedPage] });
    expect(await emit()).toEqual(['ScopedPage.mail by mailer of UserRegisteredEvent']);
  });

  it('keeps scoped listeners of one token in two modules apart', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Other extends Mails {}
    @Injectable({ scope: Scope.REQUEST })
    class One extends Mails {}
    @Module({ providers: [{ provide: 'mails', useClass: One }, Mailer] })
    class ModuleOne {}
    @Module({ providers: [{ provide: 'mails', useClass: Other }, Mailer] })
    class ModuleOther {}
    const emit = await start({ imports: [ModuleOne, ModuleOther] });
    expect((await emit()).toSorted()).toEqual([
      'One.mail by mailer of UserRegisteredEvent',
      'Other.mail by mailer of UserRegisteredEvent',
    ]);
  });
});
