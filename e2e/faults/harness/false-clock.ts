import { readdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled } from './system-user.js';

/** Whether processes can be given a clock of their own here. */
export const hasFalseClocks: boolean = isInstalled('faketime');

/** The wall clock of a process, which goes wrong when it is told to; what measures intervals goes on. */
export class FalseClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'nestjs-users-clock-'));
  readonly #file = join(this.#folder, 'offset');

  /** @param seconds - so much it is ahead; behind, if negative */
  constructor(seconds: number) {
    this.set(seconds);
  }

  set(seconds: number): void {
    writeFileSync(this.#file, seconds < 0 ? `${seconds}` : `+${seconds}`);
  }

  /** What a process has to be started with. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: libfaketime(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Debian keeps it in a folder for each kind of processor. */
function libfaketime(): string {
  const root = '/usr/lib';
  const folder = readdirSync(root).find((name) => name.endsWith('-linux-gnu')) ?? '';
  return join(root, folder, 'faketime', 'libfaketime.so.1');
}
