import assert from 'node:assert/strict';
import { type Answer, type Message, send } from './client.js';
import { CommandLine, type Outcome } from './command-line.js';
import { createSharedDatabase, type DatabaseName } from './databases.js';
import { SECRET } from './host.js';
import { CANARY, newEmail, newPassword } from './leaks.js';
import { credentialOf } from './persona.js';
import { AppProcess } from './processes.js';

/** What no command may show: a password, a hash, a stamp. */
const SECRETS = new RegExp(`${CANARY}|\\$[a-z0-9-]+\\$|securityStamp|hashedPassword`);

/** Somebody with an account and a credential. */
interface Newcomer {
  readonly email: string;
  readonly password: string;
  readonly credential: Record<string, string> | undefined;
}

/** A server, and an operator with the command line beside it, on one database. */
export class Operations {
  readonly #outcomes: Outcome[] = [];

  private constructor(
    private readonly server: AppProcess,
    private readonly line: CommandLine,
    private readonly cleanUp: () => Promise<void>,
  ) {}

  static async start(name: DatabaseName): Promise<Operations> {
    const { options, drop } = await createSharedDatabase(name);
    const server = await AppProcess.start({ ...options, synchronize: true } as typeof options);
    const env = {
      DATABASE: JSON.stringify(options),
      SECRET,
      NESTJS_USERS_APP: 'process-app.module.mjs',
    };
    return new Operations(server, new CommandLine({ env }), drop);
  }

  async run(args: string[], input?: string): Promise<Outcome> {
    return this.#keep(await this.line.run(args, input));
  }

  async type(...dialogue: Parameters<CommandLine['type']>): Promise<Outcome> {
    return this.#keep(await this.line.type(...dialogue));
  }

  http(message: Message): Promise<Answer> {
    return send(this.server.origin, message);
  }

  login(email: string, password: string): Promise<Answer> {
    const body = { username: email, password };
    return this.http({ method: 'POST', path: '/users/login/jwt', body });
  }

  /** The status of `GET /me`: whether a credential still counts. */
  async me(credential: Record<string, string> | undefined): Promise<number> {
    return (await this.http({ path: '/users/me', headers: { ...credential } })).status;
  }

  /** Registers somebody, and logs in. */
  async newcomer(): Promise<Newcomer> {
    const [email, password] = [newEmail(), newPassword()];
    const body = { email, password };
    const { status } = await this.http({ method: 'POST', path: '/users/register', body });
    const credential = credentialOf(await this.login(email, password));
    assert.deepEqual([status, await this.me(credential)], [201, 200]);
    return { email, password, credential };
  }

  /** Stops the server, and looks whether a command has shown a secret. */
  async stop(): Promise<void> {
    await this.server.stop();
    await this.cleanUp();
    for (const { stdout, stderr } of this.#outcomes) assert.doesNotMatch(stdout + stderr, SECRETS);
  }

  #keep(outcome: Outcome): Outcome {
    this.#outcomes.push(outcome);
    return outcome;
  }
}
