import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = createRequire(import.meta.url).resolve('@nestjs-users/cli/package.json');
const program = join(dirname(manifest), 'bin', 'nestjs-users.js');
const harness = fileURLToPath(new URL('.', import.meta.url));

/** What a command has said, and how it has ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs. */
export interface Place {
  /** Default: the folder of the harness, where the applications under test are. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `nestjs-users`, as it is installed, in an application. */
export class CommandLine {
  constructor(private readonly place: Place = {}) {}

  /** Runs a command; `input` is all of its standard input. */
  async run(args: readonly string[], input = ''): Promise<Outcome> {
    const child = this.#spawn(process.execPath, [program, ...args]);
    child.stdin?.on('error', () => {}); // A command that ends early has not read it.
    child.stdin?.end(input);
    return outcomeOf(child);
  }

  /** Runs a command in a shell, where `nestjs-users` is its name. */
  async shell(script: string): Promise<Outcome> {
    const name = `nestjs-users() { '${process.execPath}' '${program}' "$@"; }`;
    const child = this.#spawn('bash', ['-o', 'pipefail', '-c', `${name}\n${script}`]);
    child.stdin?.end();
    return outcomeOf(child);
  }

  /**
   * Runs a command on a terminal, where somebody types: each answer as soon as its question is there.
   * `stdout` is all that is to be seen.
   */
  async type(
    args: readonly string[],
    dialogue: readonly (readonly [question: string, answer: string])[],
  ): Promise<Outcome> {
    const command = [process.execPath, program, ...args].map((arg) => `'${arg}'`).join(' ');
    const child = this.#spawn('script', ['-qec', command, '/dev/null']);
    let seen = '';
    let left = [...dialogue];
    let from = 0;
    child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
      const [question, answer] = left[0] ?? [];
      const at = question === undefined ? -1 : seen.indexOf(question, from);
      if (at === -1) return;
      from = at + 1;
      left = left.slice(1);
      child.stdin?.write(answer);
    });
    return outcomeOf(child);
  }

  #spawn(command: string, args: readonly string[]): ChildProcess {
    const { cwd = harness, env } = this.place;
    const { NESTJS_USERS_APP: _, ...inherited } = process.env;
    return spawn(command, args, { cwd, env: { ...inherited, ...env }, stdio: 'pipe' });
  }
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}
