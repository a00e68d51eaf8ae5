import 'reflect-metadata';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Module, ValidationPipe } from '@nestjs/common';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { dataSource } from './data-source.js';
import { crowd, EMAIL, environment, PASSWORD } from './environment.js';
import { AuthService } from './hand-written/auth.service.js';
import { UsersController } from './hand-written/controllers.js';
import { JwtStrategy, key } from './hand-written/jwt.strategy.js';
import { Sessions, sessionsOf } from './hand-written/sessions.js';
import { Session, User } from './hand-written/user.js';
import { PASSWORDS, passwords } from './passwords.js';
import { listen } from './platform.js';
import { type AskName, bearer, get, post, type Ask, tellReady } from './ready.js';

const entities = environment.token === 'database' ? [User, Session] : [User];

@Module({
  imports: [
    TypeOrmModule.forRoot({ ...dataSource, entities }),
    TypeOrmModule.forFeature([User]),
    PassportModule,
    JwtModule.register({ secret: key as never, signOptions: { expiresIn: '1h' } }),
  ],
  controllers: [UsersController],
  providers: [
    JwtStrategy,
    AuthService,
    { provide: PASSWORDS, useFactory: passwords },
    { provide: Sessions, inject: [DataSource], useFactory: sessionsOf },
  ],
})
class AppModule {}

const { app, origin } = await listen(AppModule, (nest) =>
  nest.useGlobalPipes(new ValidationPipe({ whitelist: true })),
);
tellReady({ origin, asks: environment.isFirstStart ? await seed() : {} });

async function seed(): Promise<Partial<Record<AskName, Ask>>> {
  const users = app.get(DataSource).getRepository(User);
  const rows = crowd().map((email) => users.create({ id: randomUUID(), email }));
  await users.save(rows, { chunk: 100 });
  const user = await app.get(AuthService).register(EMAIL, PASSWORD);
  return {
    me: get('/users/me', bearer(await tokenOf(user))),
    login: post('/users/login', { email: EMAIL, password: PASSWORD }, 200),
    register: post('/users/register', { email: '{n}@example.com', password: PASSWORD }, 201),
  };
}

async function tokenOf(user: User): Promise<string> {
  if (environment.token === 'jwt') return app.get(JwtService).sign({ sub: user.id });
  const token = randomBytes(32).toString('base64url');
  await app.get(Sessions).write(createHash('sha256').update(token).digest('hex'), user);
  return token;
}
