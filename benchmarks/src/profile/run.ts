import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender, Field } from '../contenders/contender.js';
import { having } from '../contenders/contender.js';
import { withServers } from '../contenders/in-turn.js';
import { LoadProcess } from '../processes/load-process.js';
import { LOAD_CORE, SERVER_CORE } from '../processes/pinned.js';
import { seconds } from '../settings.js';
import type { AskName } from '../servers/ready.js';
import { functionOf, packageOf, type Profile, type SelfTime, selfTimes } from './self-time.js';

// npm run profile -- w1 library fastify [sqlite]
// npm run profile -- w2 library fastify postgres redis
//
// Where the event loop's thread of a server spends its time under a work load: w1, w2, w3 or w5.

const [
  work = 'w1',
  script = 'library',
  platform = 'fastify',
  database = 'postgres',
  tokens = 'database',
] = process.argv.slice(2);
const ASKS: Readonly<Record<string, AskName>> = { w1: 'me', w2: 'me', w3: 'login', w5: 'register' };
const name = ASKS[work];
if (!name) throw new Error(`${work} has no profile. There is: ${Object.keys(ASKS).join(', ')}.`);

const file = join(
  mkdtempSync(join(tmpdir(), 'nestjs-users-profile-')),
  `${work}-${script}.cpuprofile`,
);
const contender = having(
  { name: script, script: script as Contender['script'] },
  {
    PROFILE: file,
    TOKEN: work === 'w2' ? tokens : 'jwt',
  },
);

await withServers({ platform, database } as Field, [contender], SERVER_CORE, async ([server]) => {
  if (!server) return;
  const load = (duration: number) => {
    const ask = server.ask(name);
    const { origin } = server.ready;
    const loader = ask.method === 'GET' ? 'saturate' : 'closed-loop';
    const connections = ask.method === 'GET' ? 32 : 8;
    return LoadProcess.start(loader, { origin, ask, connections, seconds: duration }, LOAD_CORE)
      .run;
  };
  await load(2);
  server.signal('SIGUSR2');
  await load(seconds(5));
  await server.stop('SIGTERM');
});

const profile = JSON.parse(readFileSync(file, 'utf8')) as Profile;
console.log(`${work}, ${script} on ${platform}, ${database}\n`);
print('package', selfTimes(profile, packageOf), 25);
print('function', selfTimes(profile, functionOf), 25);
console.log(`For the developer tools of a browser: ${file}`);

function print(head: string, times: readonly SelfTime[], count: number): void {
  console.log(`| self time | ${head} |\n| --- | --- |`);
  for (const { where, share } of times.slice(0, count)) {
    console.log(`| ${(share * 100).toFixed(1)} % | ${where} |`);
  }
  console.log('');
}
