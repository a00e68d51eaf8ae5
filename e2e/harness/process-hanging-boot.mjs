/** An application whose options never come, in a process that has nothing else to do. */
import 'reflect-metadata';
import { UsersModule } from '@nestjs-users/core';
import { MemoryUserAdapter } from '@nestjs-users/testing';
import { NestFactory } from '@nestjs/core';

await NestFactory.createApplicationContext(
  UsersModule.forRootAsync({
    adapter: MemoryUserAdapter,
    bootTimeoutSeconds: 0.2,
    useFactory: () => new Promise(() => {}),
  }),
);
