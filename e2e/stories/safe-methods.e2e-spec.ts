import { beforeAll, describe, expect, it } from 'vitest';
import { mountedRoutes, noteRoutes } from '../harness/mounted-routes.js';
import { backends, credentialOf, newcomer, type Persona } from '../harness/persona.js';
import { pathOf } from '../harness/routes.js';
import { snapshot } from '../harness/snapshot.js';
import { everyDatabase, everyPlatform, tell } from '../harness/tell.js';

/** What a careless server would take for a wish to change something. */
const QUERIES = [
  '',
  '?_method=DELETE',
  '?isActive=false&isSuperuser=true&firstName=Eve&email=eve@example.org&password=a-new-password',
  '?action=delete&delete=1&logout=true&refresh=1',
];

tell(
  'Methods that change nothing',
  [...everyPlatform.slice(0, 1), ...everyDatabase],
  (stage) => {
    let victim: Persona;
    beforeAll(async () => {
      victim = await newcomer(stage.host);
    });

    describe.each(backends)('with the credential of a superuser from %s', (backend) => {
      it.each(['GET', 'HEAD', 'OPTIONS'])('CK-10: %s changes nothing anywhere', async (method) => {
        const admin = await newcomer(stage.host, backend, { isSuperuser: true });
        // As a link on another site would send it.
        const headers = { 'sec-fetch-site': 'cross-site', referer: 'https://evil.example/' };
        const before = await snapshot(stage.host);
        const statuses: number[] = [];
        const events = await stage.host.events.during(async () => {
          for (const mounted of mountedRoutes(stage.host.app)) {
            const path = mounted.split(' ')[1] ?? '';
            for (const query of QUERIES) {
              for (const id of [victim.id, admin.id]) {
                const at = pathOf({ path }, { id, backend }) + query;
                const answer = await admin.send({ method, path: at, headers });
                expect(credentialOf(answer)).toBeUndefined();
                expect(answer.status).toBeLessThan(500);
                statuses.push(answer.status);
              }
            }
          }
        });
        // The crawl has been somewhere: at my account, at a user and at the list.
        const hits = statuses.filter((status) => status === 200).length;
        if (method !== 'OPTIONS') expect(hits).toBeGreaterThanOrEqual(QUERIES.length * 2 * 3);
        expect(events).toEqual([]);
        expect(await snapshot(stage.host)).toEqual(before);
        expect((await admin.me()).status).toBe(200);
        expect((await victim.me()).status).toBe(200);
      });
    });
  },
  { configure: noteRoutes },
);
