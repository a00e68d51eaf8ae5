import type { DataSource } from 'typeorm';

/** What databases differ in here: how they compare texts, lock rows and report errors. */
export type Dialect = 'mysql' | 'postgres' | 'sqlite';

const DIALECTS: Partial<Record<DataSource['options']['type'] | 'sqlite', Dialect>> = {
  'better-sqlite3': 'sqlite',
  mariadb: 'mysql',
  mysql: 'mysql',
  postgres: 'postgres',
  // The driver of TypeORM 0.3 that 1.0 dropped.
  sqlite: 'sqlite',
  sqljs: 'sqlite',
};

/** @throws TypeError for a database whose atomic steps nobody has tried */
export function dialectOf({ options: { type } }: DataSource): Dialect {
  const dialect = DIALECTS[type];
  if (dialect) return dialect;
  throw new TypeError(
    `TypeOrmUserAdapter does not know the database type "${type}". It knows ` +
      `${Object.keys(DIALECTS).join(', ')}; for another one, write a UserAdapter and try it with ` +
      'describeUserAdapter() of @nestjs-users/testing.',
  );
}
