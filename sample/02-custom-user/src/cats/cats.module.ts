import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Cat } from './cat.entity.js';
import { CatsController } from './cats.controller.js';

@Module({ imports: [TypeOrmModule.forFeature([Cat])], controllers: [CatsController] })
export class CatsModule {}
