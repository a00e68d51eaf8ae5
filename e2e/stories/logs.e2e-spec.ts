import { inspect } from 'node:util';
import {
  Authenticated,
  createListenerDecorator,
  CurrentUser,
  UsersEvent,
} from '@nestjs-users/core';
import { Controller, Get, Injectable } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Answer } from '../harness/client.js';
import type { Host } from '../harness/host.js';
import { newEmail, newPassword } from '../harness/leaks.js';
import type { User } from '../harness/models.js';
import { backends, newcomer, Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';

/** What careless applications print. */
const printed: string[] = [];

@Injectable()
class CarelessListener {
  @(createListenerDecorator(UsersEvent)())
  print(event: UsersEvent): void {
    printed.push(inspect(event, { depth: 10 }), JSON.stringify(event), String(event));
    if (event.constructor.name === 'UserUpdatedEvent') throw new Error('A careless listener.');
  }
}

@Controller('careless')
class CarelessController {
  @Get()
  @Authenticated()
  print(@CurrentUser() user: User): object {
    printed.push(inspect(user, { depth: 10, showHidden: true }), JSON.stringify({ ...user }));
    return { isPrinted: true };
  }
}

/** The statements with their parameters, as TypeORM prints them. */
const statements: string[] = [];
const keep = (statement: unknown, parameters?: unknown): void => {
  statements.push(`${String(statement)} ${inspect(parameters, { depth: 10 })}`);
};
const queryLogger = {
  logQuery: keep,
  logQueryError: (error: unknown, statement: unknown, parameters: unknown) =>
    keep(`${String(error)} ${String(statement)}`, parameters),
  logQuerySlow: keep,
  logSchemaBuild: keep,
  logMigration: keep,
  log: (_level: string, message: unknown) => keep(message),
};

/** What goes to the terminal. */
const output: string[] = [];
beforeAll(() => {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (chunk: unknown) => boolean;
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      output.push(String(chunk));
      return write(chunk);
    });
  }
  for (const method of ['log', 'warn', 'error', 'info', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...parts) => {
      output.push(inspect(parts, { depth: 10 }));
    });
  }
});
afterEach(() => {
  for (const lines of [printed, statements, output]) lines.length = 0;
});
afterAll(() => {
  vi.restoreAllMocks();
});

tell(
  'Logs',
  everySetup.filter(({ flavour }) => flavour === 'hostile'),
  (stage) => {
    it.each(backends)('LO-01: a whole account leaves no secret behind (%s)', async (backend) => {
      const { host } = stage;
      const secrets = new Secrets(host);
      const admin = await newcomer(host, backend, { isSuperuser: true });
      const [email, password, second, third] = [
        newEmail(),
        newPassword(),
        newPassword(),
        newPassword(),
      ];
      const post = (path: string, body: object) =>
        secrets.of(host.send({ method: 'POST', path, body }));
      const registration = await post('/users/register', { email, password, firstName: 'Anna' });
      const persona = new Persona(host, String(registration.body.id), email, password, backend);
      const patch = (body: object) =>
        secrets.of(persona.send({ method: 'PATCH', path: '/users/me', body }));
      const failing = [
        await post('/users/register', { email, password }),
        await post('/users/register', {
          email: newEmail(),
          password: `short ${password}`.slice(-5),
        }),
        await post('/users/register', { email: `${password}@`, password }),
        await post(`/users/login/${backend}`, { username: email, password: second }),
        await post(`/users/login/${backend}`, { username: newEmail(), password }),
        await post('/users/login/nobody', { username: email, password }),
        await post('/users/reset-password', { token: `${password}.x.y`, password }),
        await patch({ password: second }),
      ];
      expect(failing.map(({ status }) => status)).toEqual([400, 400, 422, 400, 400, 404, 400, 401]);

      await secrets.of(persona.login());
      await secrets.row(persona.id);
      const working = [
        await secrets.of(persona.me()),
        await persona.send({ path: '/careless' }),
        await patch({ firstName: 'Berta' }),
        await patch({ password: second, currentPassword: third }),
        await patch({ password: second, currentPassword: password }),
      ];
      persona.adopt(working[4] as Answer);
      await secrets.row(persona.id);
      await post('/users/forgot-password', { email });
      const [token = ''] = await host.events.resetTokens(email);
      working.push(
        await post('/users/reset-password', { token, password: third }),
        await post('/users/reset-password', { token, password: third }),
        await secrets.of(persona.me()),
        await secrets.of(persona.login(third)),
        await secrets.of(persona.send({ method: 'POST', path: `/users/logout/${backend}` })),
        await admin.send({
          method: 'PATCH',
          path: `/users/${persona.id}`,
          body: { isActive: false },
        }),
        await admin.send({ method: 'DELETE', path: `/users/${persona.id}` }),
      );
      expect(working.map(({ status }) => status)).toEqual([
        200,
        200,
        200,
        400,
        200,
        200,
        400,
        401,
        backend === 'jwt' ? 200 : 204,
        202,
        200,
        204,
      ]);
      await host.events.of(UsersEvent);

      secrets.add(password, second, third, token, ...Object.values(admin.credential));
      expect(secrets.count).toBeGreaterThan(11);
      expect(secrets.in([`found: ${password}`])).toEqual([password]);
      expect(printed.join()).toContain('UserPasswordResetEvent');
      expect(host.log.join()).toContain("code: 'LOGIN_BAD_CREDENTIALS'");
      expect(host.log.join()).toContain('CarelessListener.print on UserUpdatedEvent failed');
      for (const lines of [host.log, printed, output]) expect(secrets.in(lines)).toEqual([]);
      // Hashes and stamps are parameters; what opens a door is none.
      expect(statements.join()).toContain(email);
      expect(secrets.thatOpenDoors(statements)).toEqual([]);
    });
  },
  {
    controllers: [CarelessController],
    providers: [CarelessListener],
    dataSource: { logger: queryLogger },
  },
);

/** The secrets that came up in a story, and where they were found again. */
class Secrets {
  readonly #doors = new Set<string>();
  readonly #inside = new Set<string>();

  constructor(private readonly host: Host) {}

  get count(): number {
    return this.#doors.size + this.#inside.size;
  }

  add(...texts: string[]): void {
    for (const text of texts) if (text.length > 12) this.#doors.add(text);
  }

  /** The tokens and cookies of an answer. */
  async of(pending: Promise<Answer>): Promise<Answer> {
    const answer = await pending;
    const { access_token: token = '' } = (answer.body ?? {}) as { access_token?: string };
    this.add(token, ...answer.cookies.map((cookie) => cookie.split(/[=;]/)[1] ?? ''));
    return answer;
  }

  /** Hash and stamp of a row. */
  async row(id: string): Promise<void> {
    const row = await this.host.row({ id });
    for (const text of [row?.hashedPassword, row?.securityStamp]) this.#inside.add(String(text));
  }

  thatOpenDoors(lines: readonly string[]): string[] {
    return [...this.#doors].filter((secret) => lines.some((line) => line.includes(secret)));
  }

  in(lines: readonly string[]): string[] {
    const inside = [...this.#inside].filter((secret) =>
      lines.some((line) => line.includes(secret)),
    );
    return [...this.thatOpenDoors(lines), ...inside];
  }
}
