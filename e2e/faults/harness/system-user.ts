import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const isRoot = process.getuid?.() === 0;

/** A command as a user of the system: database servers refuse to run as root. */
export function asUser(user: string, command: readonly string[]): [string, string[]] {
  const [program = '', ...args] = isRoot ? ['runuser', '-u', user, '--', ...command] : command;
  return [program, args];
}

/** Runs a command as a user of the system, to its end. */
export function runAs(user: string, command: readonly string[]): void {
  const [program, args] = asUser(user, command);
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A folder that belongs to the user. */
export function folderOf(user: string, parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'nestjs-users-faults-'));
  if (isRoot) {
    const id = (flag: string) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
  }
  return folder;
}

/** Whether something is installed; where CI says so, it must be. */
export function isInstalled(program: string): boolean {
  const isThere = spawnSync(program, ['--version']).status === 0;
  if (!isThere && process.env['CI'] === 'true') throw new Error(`There is no ${program}.`);
  if (!isThere) console.warn(`Left out: there is no ${program} to start and stop.`);
  return isThere;
}
