import { UsersHealthIndicator } from '@nestjs-users/core';
import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';

/** What a load balancer asks: whether requests may be sent here. */
export class ReadyController {
  constructor(users) {
    this.users = users;
  }

  async ready() {
    const health = await this.users.check('users', { timeoutSeconds: 1 });
    if (health.users.status !== 'up') throw new ServiceUnavailableException(health);
    return health;
  }
}
Inject(UsersHealthIndicator)(ReadyController, undefined, 0);
Controller()(ReadyController);
const descriptor = Object.getOwnPropertyDescriptor(ReadyController.prototype, 'ready');
Get('ready')(ReadyController.prototype, 'ready', descriptor);
