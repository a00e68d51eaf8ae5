import { Controller, Get, Headers, Post } from '@nestjs/common';
import { Authenticated, CurrentUser, VerifiedUser } from '@nestjs-users/core';
import { Accounts } from './accounts.js';

interface Order {
  number: number;
  confirmationTo: string;
}

@Controller('orders')
@Authenticated()
export class OrdersController {
  private readonly orders = new Map<string, Order[]>();

  constructor(private readonly accounts: Accounts) {}

  /** The token says whose orders these are: nobody else is asked. */
  @Get()
  list(@CurrentUser() { id }: VerifiedUser): Order[] {
    return this.orders.get(id) ?? [];
  }

  /** What costs money is worth asking the service that knows whether the token still counts. */
  @Post()
  async create(
    @CurrentUser() { id }: VerifiedUser,
    @Headers('authorization') authorization: string,
  ): Promise<Order> {
    const confirmationTo = await this.accounts.emailOf(authorization);
    const orders = this.orders.get(id) ?? [];
    const order = { number: orders.length + 1, confirmationTo };
    this.orders.set(id, [...orders, order]);
    return order;
  }
}
