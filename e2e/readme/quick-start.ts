import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './blocks.js';

const folder = join(root, 'sample', '01-quick-start');

/** How the sample prints a mail. */
const MAIL = /^ {2}(Mail to .+)\n {2}(.+)\n/gm;

/** `sample/01-quick-start`, as `npm start` runs it, with a database of its own. */
export class QuickStart {
  readonly #directory = mkdtempSync(join(tmpdir(), 'quick-start-'));
  /** What its terminal has shown. */
  #output = '';
  /** How many of the mails there were looked through. */
  #read = 0;
  /** Those among them that nobody wanted. */
  readonly #passed: string[] = [];
  #port = 0;
  /** What the sample is configured by, for other programs that work on its database. */
  readonly env = {
    DATABASE_FILE: join(this.#directory, 'users.sqlite'),
    AUTH_SECRET: randomBytes(48).toString('base64url'),
    RESET_PASSWORD_SECRET: randomBytes(48).toString('base64url'),
  };
  #process: ChildProcess | undefined;

  constructor() {
    // For the shell: a folder as the sample's, to work in and to leave files in.
    for (const name of ['package.json', 'dist']) {
      symlinkSync(join(folder, name), join(this.#directory, name));
    }
    symlinkSync(join(root, 'node_modules'), join(this.#directory, 'node_modules'));
  }

  async start(): Promise<void> {
    this.#port = await freePort();
    const args = ['start', '--silent', '--workspace', 'sample/01-quick-start'];
    const child = spawn('npm', args, {
      cwd: root,
      // A group of its own: npm does not hand signals on to what it runs.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.env, PORT: String(this.#port) },
    });
    this.#process = child;
    process.once('exit', () => this.#end('SIGKILL'));
    const read = (chunk: Buffer): void => void (this.#output += chunk.toString());
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    await this.#waitFor('start', () => /Mails are printed here/.exec(this.#output), 60);
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** The next mail with this headline that it prints. */
  mail(headline: string): Promise<string> {
    return this.#waitFor(`print '${headline}'`, () => {
      const mails = this.#mails();
      const index = mails.findIndex((mail, at) => at >= this.#read && mail.startsWith(headline));
      if (index === -1) return undefined;
      this.#passed.push(...mails.slice(this.#read, index));
      this.#read = index + 1;
      return mails[index];
    });
  }

  /** The mails that it has printed and {@link mail} has not given. */
  get unread(): string[] {
    return [...this.#passed, ...this.#mails().slice(this.#read)];
  }

  /** What a shell prints that is given commands for `localhost:3000`. */
  async shell(commands: string): Promise<string> {
    const script = commands.replaceAll('localhost:3000', `localhost:${this.#port}`);
    const { stdout, stderr } = await promisify(execFile)('bash', ['-ec', script], {
      cwd: this.#directory,
      env: { ...process.env, ...this.env },
    });
    this.#output += stderr; // Where commands that boot the sample print their mails.
    return stdout;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child?.exitCode === null) {
      const gone = once(child, 'exit');
      this.#end('SIGTERM');
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #mails(): string[] {
    return [...this.#output.matchAll(MAIL)].map(([, headline, text]) => `${headline}\n${text}`);
  }

  async #waitFor<T>(deed: string, look: () => T | null | undefined, seconds = 5): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const seen = look();
      if (seen !== null && seen !== undefined) return seen;
      if (Date.now() > end || this.#process?.exitCode !== null) {
        throw new Error(`It did not ${deed}, but printed:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** npm, and what it runs. */
  #end(signal: NodeJS.Signals): void {
    const { pid, exitCode } = this.#process ?? {};
    if (pid !== undefined && exitCode === null) process.kill(-pid, signal);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
