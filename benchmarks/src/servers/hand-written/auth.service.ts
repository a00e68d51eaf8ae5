import { randomUUID } from 'node:crypto';
import { BadRequestException, Inject, Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import { QueryFailedError, Repository } from 'typeorm';
import { type Passwords, PASSWORDS } from '../passwords.js';
import { User } from './user.js';

@Injectable()
export class AuthService {
  /** Without it, the time of an answer would tell who has an account. */
  private nobody: Promise<string> | undefined;

  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    @Inject(JwtService) private readonly jwt: JwtService,
    @Inject(PASSWORDS) private readonly passwords: Passwords,
  ) {}

  async login(email: string, password: string) {
    const user = await this.users.findOneBy({ email: email.toLowerCase() });
    this.nobody ??= this.passwords.hash(randomUUID());
    const hash = user?.hashedPassword ?? (await this.nobody);
    const isRight = await this.passwords.verify(password, hash);
    if (!isRight || !user?.isActive) throw new UnauthorizedException();
    return {
      access_token: await this.jwt.signAsync({ sub: user.id }),
      token_type: 'bearer',
      expires_in: 3600,
    };
  }

  async register(email: string, password: string): Promise<User> {
    const hashedPassword = await this.passwords.hash(password);
    const user = this.users.create({
      id: randomUUID(),
      email: email.toLowerCase(),
      hashedPassword,
    });
    try {
      await this.users.insert(user);
      return user;
    } catch (error) {
      if (error instanceof QueryFailedError) throw new BadRequestException('The address is taken.');
      throw error;
    }
  }
}
