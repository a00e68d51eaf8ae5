import type { DatabaseServer } from './database-server.js';
import { type Platform, platforms } from './fault-app.js';
import { MariaDbServer } from './mariadb-server.js';
import { PostgresServer, tool } from './postgres-server.js';
import { isLong } from './scale.js';
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

/** What an application is served by, and where its data are. */
export interface HostKind extends ServerKind {
  readonly platform: Platform;
}

/** Each platform on each server; in the short form, each platform and each server once. */
export const hosts: readonly HostKind[] = serverKinds.flatMap((kind, index) =>
  platforms
    .filter((_, other) => isLong || serverKinds.length === 1 || index === other)
    .map((platform) => ({ ...kind, platform })),
);

export const hasPostgresServer: boolean = serverKinds.some(({ name }) => name === 'postgres');
