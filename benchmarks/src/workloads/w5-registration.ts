import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { hashing, HASHING_TEXT, hashingTargets } from './hashing.js';
import { throughputTable } from './throughput.js';
import type { Workload } from './workload.js';

export const registration: Workload<Series<Run>[]> = {
  id: 'w5',
  title: 'Registrations',
  measure: () => hashing('register'),
  describe: (all) => ({
    text: `\`POST /users/register\`: judge the password, hash, insert. ${HASHING_TEXT}`,
    tables: [
      throughputTable(all, 'registrations a second', {
        hasher: 'the hasher alone',
        'hand-written': 'hand-written',
      }),
    ],
    targets: hashingTargets('w5', 'Registrations', all),
  }),
};
