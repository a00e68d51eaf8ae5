import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

let session: Session | undefined;

/**
 * With PROFILE, the name of a file: the V8 profiler runs from SIGUSR2 on, so that neither the start nor
 * the warming up is in the profile, as it would be with `--cpu-prof`.
 */
export function startProfileOnSignal(): void {
  if (process.env['PROFILE'] === undefined) return;
  process.once('SIGUSR2', () => {
    session = new Session();
    session.connect();
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: 200 });
    session.post('Profiler.start');
  });
}

export function stopProfile(): void {
  session?.post('Profiler.stop', (error, { profile }) => {
    if (error) throw error;
    writeFileSync(String(process.env['PROFILE']), JSON.stringify(profile));
  });
}
