import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** In CI it must be there; elsewhere its absence leaves the tests in a browser out, and says so. */
export function hasChromium(): boolean {
  if (existsSync(EXECUTABLE)) return true;
  if (process.env['CI'] === 'true') throw new Error(`There is no Chromium at ${EXECUTABLE}.`);
  console.warn(`Left out: there is no Chromium at ${EXECUTABLE} (CHROMIUM says where it is).`);
  return false;
}

/** It talks to nobody but the page. */
export function launchChromium(): Promise<Browser> {
  const silence = ['background-networking', 'component-update', 'sync', 'quic', 'gpu'];
  const args = ['--no-sandbox', '--no-first-run', ...silence.map((name) => `--disable-${name}`)];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}
