import { Body, Controller, Get, Post, ValidationPipe } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Authenticated, CurrentUser } from '@nestjs-users/core';
import { Repository } from 'typeorm';
import type { Account } from '../accounts/account.entity.js';
import { Cat } from './cat.entity.js';
import { CreateCat } from './create-cat.dto.js';

/** For accounts with a verified address, whichever backend knows them: strangers get 401, others 403. */
@Controller('cats')
@Authenticated({ verified: true })
export class CatsController {
  constructor(@InjectRepository(Cat) private readonly cats: Repository<Cat>) {}

  @Get()
  list(@CurrentUser() { id }: Account): Promise<Cat[]> {
    return this.cats.findBy({ ownerId: id });
  }

  @Post()
  create(
    @Body(new ValidationPipe({ whitelist: true })) { name }: CreateCat,
    @CurrentUser() { id }: Account,
  ): Promise<Cat> {
    return this.cats.save({ name, ownerId: id });
  }
}
