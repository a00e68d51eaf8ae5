import { type Contender, type Field, fieldName } from '../contenders/contender.js';
import type { Series } from '../contenders/series.js';
import { type Database, freshDatabase } from '../databases/database.js';
import { askOnce } from '../load/client.js';
import { LoadProcess } from '../processes/load-process.js';
import { LOAD_CORE, SERVER_CORE } from '../processes/pinned.js';
import { ServerProcess } from '../processes/server-process.js';
import type { Ask } from '../servers/ready.js';
import { rounds } from '../settings.js';

/** One start of a process, and its memory in MB. */
export interface Start {
  readonly seconds: number;
  readonly atStart: number;
  readonly afterLoad: number;
}

interface Prepared {
  readonly contender: Contender;
  readonly env: Readonly<Record<string, string>>;
  readonly me: Ask;
  readonly runs: Start[];
}

/** Starts every contender in every round, on tables that the first start has made. */
export async function starts(
  field: Field,
  contenders: readonly Contender[],
): Promise<Series<Start>[]> {
  const place = fieldName(field);
  const databases: Database[] = [];
  try {
    const all: Prepared[] = [];
    for (const contender of contenders) {
      const database = await freshDatabase(field.database);
      databases.push(database);
      all.push(await prepared(contender, { PLATFORM: field.platform, ...database.env }));
    }
    for (let round = 1; round <= rounds(); round++) {
      for (const each of all) each.runs.push(await start(each));
      console.error(`${place}, starts: round ${round} of ${rounds()}`);
    }
    return all.map(({ contender: { name, script }, runs }) => ({
      ...field,
      place,
      name,
      script,
      runs,
    }));
  } finally {
    for (const database of databases) await database.drop();
  }
}

async function prepared(contender: Contender, env: Record<string, string>): Promise<Prepared> {
  const first = await ServerProcess.start(contender.script, env);
  const me = first.ask('me');
  await first.stop();
  return { contender, env: { ...env, SEED: 'false' }, me, runs: [] };
}

async function start({ contender, env, me }: Prepared): Promise<Start> {
  const began = performance.now();
  const server = await ServerProcess.start(contender.script, env, SERVER_CORE);
  try {
    const { origin } = server.ready;
    if ((await askOnce(origin, me)) !== me.status) throw new Error('The first answer was a 503.');
    const seconds = (performance.now() - began) / 1000;
    const atStart = server.memory;
    const load = { origin, ask: me, connections: 32, seconds: 1 };
    await LoadProcess.start('saturate', load, LOAD_CORE).run;
    return { seconds, atStart, afterLoad: server.memory };
  } finally {
    await server.stop();
  }
}
