import { Logger } from '@nestjs/common';
import type { EventEmitter } from 'node:events';
import type { DataSource } from 'typeorm';

/** What this file uses of `pg`'s pools. */
type Pool = Pick<EventEmitter, 'on'>;

const cared = new WeakSet<object>();
const warned = new WeakSet<DataSource>();
const heard = new WeakSet<EventEmitter>();

/**
 * What `pg` leaves to whoever uses it, once for each pool: a data source that is initialised again has a
 * new one. (`mysql2` sees to both by itself.)
 */
export function careForPool(dataSource: DataSource): void {
  const { master, slaves = [] } = dataSource.driver as { master?: Pool; slaves?: readonly Pool[] };
  const mark = master ?? dataSource;
  if (dataSource.options.type !== 'postgres' || cared.has(mark)) return;
  cared.add(mark);
  for (const pool of [master, ...slaves]) pool?.on('acquire', hearErrors);
  warnOfEndlessConnects(dataSource);
}

/**
 * A connection that is lost tells so by an event, and an event of an error that nobody hears ends the
 * process. There is a moment when nobody does: the pool has handed the connection on, and TypeORM will
 * listen in a microtask, but the server's word that it ends came in the same packet as the answer before.
 * Whoever uses the connection then finds out by its next statement.
 */
function hearErrors(connection: EventEmitter): void {
  if (heard.has(connection)) return;
  heard.add(connection);
  connection.on('error', () => {});
}

/**
 * `pg` waits for ever for a server that takes a connection and then says nothing. No time limit of a
 * statement helps: the place in the pool stays taken, and with the last of them the application is away
 * until it is started again. (`mysql2` gives up after ten seconds by itself.)
 */
function warnOfEndlessConnects(dataSource: DataSource): void {
  if (warned.has(dataSource)) return;
  warned.add(dataSource);
  const { connectTimeoutMS, extra } = dataSource.options as {
    connectTimeoutMS?: number;
    extra?: { connectionTimeoutMillis?: number };
  };
  if (connectTimeoutMS || extra?.connectionTimeoutMillis) return;
  new Logger('TypeOrmUserAdapter').warn(
    'Connections to PostgreSQL may take for ever: one that hangs keeps its place in the pool. Write ' +
      '`connectTimeoutMS: 3000` in the options of the data source.',
  );
}
