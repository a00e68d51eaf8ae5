import { createSecretKey } from 'node:crypto';
import { Injectable, UnauthorizedException } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { InjectRepository } from '@nestjs/typeorm';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Repository } from 'typeorm';
import { SECRET } from '../environment.js';
import { User } from './user.js';

// As the recipe of Nest's documentation has it, with the one thing that a good developer finds by a
// profile: the key is made once, for jsonwebtoken parses a text at each request.

export const key = createSecretKey(Buffer.from(SECRET));

@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: key as never,
      algorithms: ['HS256'],
    });
  }

  async validate({ sub }: { sub: string }): Promise<User> {
    const user = await this.users.findOneBy({ id: sub });
    if (!user?.isActive) throw new UnauthorizedException();
    return user;
  }
}
