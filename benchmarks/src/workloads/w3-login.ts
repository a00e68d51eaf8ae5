import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { hashing, HASHING_TEXT, hashingTargets } from './hashing.js';
import { throughputPanels, throughputTable } from './throughput.js';
import type { Workload } from './workload.js';

export const login: Workload<Series<Run>[]> = {
  id: 'w3',
  title: 'Logins',
  measure: () => hashing('login'),
  describe: (all) => ({
    text: `\`POST /users/login/token\`: look up, verify, sign a JWT. Better Auth stores a session instead. ${HASHING_TEXT} The last lines have two workers, and leave no core to anything else: no target stands on them.`,
    tables: [
      throughputTable(all, 'logins a second', {
        hasher: 'the hasher alone',
        'hand-written': 'hand-written',
      }),
    ],
    targets: hashingTargets('w3', 'Logins', all),
    panels: throughputPanels(all, 'logins a second'),
  }),
};
