import { BETTER_AUTH, FLOOR, HAND_WRITTEN, LIBRARY } from '../contenders/contender.js';
import type { Series } from '../contenders/series.js';
import type { Run } from '../load/run.js';
import { allFields } from './fields.js';
import { saturate } from './saturation.js';
import { whoAmITargets } from './who-am-i.targets.js';
import { throughputPanels, throughputTable } from './throughput.js';
import type { Workload } from './workload.js';

export const whoAmI: Workload<Series<Run>[]> = {
  id: 'w1',
  title: 'Who am I',

  async measure() {
    const all: Series<Run>[] = [];
    for (const field of allFields()) {
      all.push(...(await saturate(field, [HAND_WRITTEN, LIBRARY, BETTER_AUTH, FLOOR])));
    }
    return all;
  },

  describe: (all) => ({
    text: `\`GET /users/me\` with a JWT: token, user row, answer. **Better Auth**'s own way is a session in a cookie: it is asked \`GET /api/auth/get-session\`, which looks up a session and a user, and answers both. Everybody is asked with one token all the time, as a client does; this library knows a signature that it has checked, the others check it again. Server and load have a core each, the database takes what is left; 32 connections.`,
    tables: [throughputTable(all, 'requests a second', { 'hand-written': 'hand-written' })],
    targets: whoAmITargets('w1', 'Who am I', all),
    panels: throughputPanels(all, 'requests a second'),
  }),
};
