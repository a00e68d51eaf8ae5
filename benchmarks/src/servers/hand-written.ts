import 'reflect-metadata';
import { createSecretKey, randomUUID } from 'node:crypto';
import {
  ClassSerializerInterceptor,
  Controller,
  Get,
  Injectable,
  Module,
  Req,
  UnauthorizedException,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { InjectRepository, TypeOrmModule, getRepositoryToken } from '@nestjs/typeorm';
import { Exclude } from 'class-transformer';
import { createSigner } from 'fast-jwt';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { listen } from './platform.js';
import { dataSource, emails, SECRET, tellReady } from './ready.js';

// As the recipe of Nest's documentation has it, with the one thing that a good developer finds by a
// profile: the key is made once, for jsonwebtoken parses a text at each request.

@Entity('users')
class User {
  @PrimaryColumn('uuid') id!: string;
  @Column({ unique: true }) email!: string;
  @Exclude() @Column({ nullable: true, type: 'varchar' }) hashedPassword!: string | null;
  @Column({ default: true }) isActive!: boolean;
  @Column({ default: false }) isSuperuser!: boolean;
  @Column({ default: false }) isVerified!: boolean;
}

@Injectable()
class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: createSecretKey(Buffer.from(SECRET)) as never,
      algorithms: ['HS256'],
    });
  }

  async validate({ sub }: { sub: string }): Promise<User> {
    const user = await this.users.findOneBy({ id: sub });
    if (!user?.isActive) throw new UnauthorizedException();
    return user;
  }
}

@Controller('users')
@UseInterceptors(ClassSerializerInterceptor)
class UsersController {
  @Get('me')
  @UseGuards(AuthGuard('jwt'))
  me(@Req() request: { user: User }): User {
    return request.user;
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSource, entities: [User] }),
    TypeOrmModule.forFeature([User]),
    PassportModule,
  ],
  controllers: [UsersController],
  providers: [JwtStrategy],
})
class AppModule {}

const { app, origin } = await listen(AppModule);
const users = app.get<Repository<User>>(getRepositoryToken(User), { strict: false });
for (const email of emails()) await users.insert({ id: randomUUID(), email });
const { id } = await users.findOneByOrFail({ email: 'user7@example.com' });
const token = createSigner({ key: SECRET, expiresIn: 3_600_000 })({ sub: id });
tellReady({ url: `${origin}/users/me`, headers: { authorization: `Bearer ${token}` } });
