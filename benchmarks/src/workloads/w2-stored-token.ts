import {
  BETTER_AUTH,
  type Contender,
  type Field,
  HAND_WRITTEN,
  having,
  LIBRARY,
} from '../contenders/contender.js';
import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { saturate } from './saturation.js';
import { throughputTable } from './throughput.js';
import { whoAmITargets } from './who-am-i.targets.js';
import type { Workload } from './workload.js';

const CONTENDERS = [HAND_WRITTEN, LIBRARY, BETTER_AUTH];

/** Not all combinations: W1 shows what the platform and the database are worth. */
const FIELDS: Field[] = [
  { platform: 'fastify', database: 'postgres' },
  { platform: 'express', database: 'postgres' },
  { platform: 'fastify', database: 'sqlite' },
];
const IN_REDIS: Field = { platform: 'fastify', database: 'postgres', note: 'tokens in Redis' };

export const storedToken: Workload<Series<Run>[]> = {
  id: 'w2',
  title: 'Who am I, with a stored token',

  async measure() {
    const all: Series<Run>[] = [];
    for (const field of FIELDS) all.push(...(await saturate(field, storing('database'))));
    all.push(...(await saturate(IN_REDIS, storing('redis'))));
    return all;
  },

  describe: (all) => ({
    text: `The same with a random token whose digest is stored in the database, or in Redis. **Hand-written** is a guard of some ten lines that joins session and user by TypeORM, or asks Redis for the user's id. It knows no idle time, no list of sessions and no revocation by stamp; this library looks up session and user by one statement on PostgreSQL (\`forSessions({ users })\`), one after the other elsewhere. **Better Auth** with Redis as its secondary storage takes the user from there too, and asks no database.`,
    tables: [throughputTable(all, 'requests a second', { 'hand-written': 'hand-written' })],
    targets: whoAmITargets('w2', 'Stored token', all),
  }),
};

function storing(token: 'database' | 'redis'): Contender[] {
  return CONTENDERS.map((contender) => having(contender, { TOKEN: token }));
}
