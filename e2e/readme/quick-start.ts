import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './blocks.js';

/** `sample/01-quick-start`, as `npm start` runs it, with a database of its own. */
export class QuickStart {
  readonly #directory = mkdtempSync(join(tmpdir(), 'quick-start-'));
  #output = '';
  #port = 0;
  /** What the sample is configured by, for other programs that work on its database. */
  readonly env = {
    DATABASE_FILE: join(this.#directory, 'users.sqlite'),
    AUTH_SECRET: randomBytes(48).toString('base64url'),
    RESET_PASSWORD_SECRET: randomBytes(48).toString('base64url'),
  };
  #process: ChildProcess | undefined;

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
    await this.printed(/Try the routes\s+http/, 60);
  }

  get origin(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Waits until it has printed something. */
  async printed(pattern: RegExp, seconds = 5): Promise<RegExpExecArray> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      if (Date.now() > end || this.#process?.exitCode !== null) {
        throw new Error(`It did not print ${pattern}, but:\n${this.#output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What a shell prints that is given commands for `localhost:3000`. */
  async shell(commands: string): Promise<string> {
    const script = commands.replaceAll('localhost:3000', `localhost:${this.#port}`);
    const { stdout } = await promisify(execFile)('bash', ['-ec', script], { cwd: this.#directory });
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
