import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';

const warned = new WeakSet<DataSource>();

/**
 * `pg` waits for ever for a server that takes a connection and then says nothing. No time limit of a
 * statement helps: the place in the pool stays taken, and with the last of them the application is away
 * until it is started again. (`mysql2` gives up after ten seconds by itself.)
 */
export function warnOfEndlessConnects(dataSource: DataSource): void {
  const { options } = dataSource;
  if (options.type !== 'postgres' || warned.has(dataSource)) return;
  const { connectTimeoutMS, extra } = options;
  if (
    connectTimeoutMS ||
    (extra as { connectionTimeoutMillis?: number })?.connectionTimeoutMillis
  ) {
    return;
  }
  warned.add(dataSource);
  new Logger('TypeOrmUserAdapter').warn(
    'Connections to PostgreSQL may take for ever: one that hangs keeps its place in the pool. Write ' +
      '`connectTimeoutMS: 3000` in the options of the data source.',
  );
}
