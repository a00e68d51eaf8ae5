import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { BearerTransport, UsersVerifierModule } from '@nestjs-users/core';
import { Accounts } from './accounts.js';
import { OrdersController } from './orders.controller.js';

/** A service without users, database and secrets: it reads the public keys of the other one. */
@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    UsersVerifierModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        jwksUri: `${config.get('ACCOUNTS_URL', 'http://localhost:3000')}/users/.well-known/jwks.json`,
        // The name that the backend has over there.
        backends: { jwt: new BearerTransport() },
      }),
    }),
  ],
  controllers: [OrdersController],
  providers: [Accounts],
})
export class OrdersModule {}
