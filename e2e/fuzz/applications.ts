import type { HostOptions, Setup } from '../harness/host.js';
import { noteRoutes } from '../harness/mounted-routes.js';
import { allRoutes } from '../harness/routes.js';
import { fuzzedBackends } from './cast.js';

/** An application that has every route, and backends of every kind. */
export function everything({ database }: Pick<Setup, 'database'>): HostOptions {
  return {
    backends: fuzzedBackends,
    extras: { ...allRoutes, emailChange: 'confirmed' },
    options: { mailLimit: false },
    ids: database === 'mariadb' ? 'integer' : 'uuid',
    configure: noteRoutes,
  };
}
