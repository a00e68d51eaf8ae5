import type { DatabaseServer } from './database-server.js';
import { MariaDbServer } from './mariadb-server.js';
import { PostgresServer, tool } from './postgres-server.js';
import { isInstalled } from './system-user.js';

/** A kind of server that this machine can start and stop. */
export interface ServerKind {
  readonly name: DatabaseServer['name'];
  start(): Promise<DatabaseServer>;
}

/** All of them must be there where CI says so. */
export const serverKinds: readonly ServerKind[] = [
  ...(isInstalled(tool('pg_ctl'))
    ? [{ name: 'postgres', start: () => PostgresServer.start() } as const]
    : []),
  ...(isInstalled('mariadbd')
    ? [{ name: 'mariadb', start: () => MariaDbServer.start() } as const]
    : []),
];

export const hasPostgresServer: boolean = serverKinds.some(({ name }) => name === 'postgres');
