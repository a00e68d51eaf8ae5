import type { Field } from '../contenders/contender.js';
import { settings } from '../settings.js';

/** Each platform with each database. */
export function allFields(): Field[] {
  return settings.platforms.flatMap((platform) =>
    settings.databases.map((database) => ({ platform, database })),
  );
}

/** Each platform with PostgreSQL. */
export function postgresFields(): Field[] {
  return settings.platforms.map((platform) => ({ platform, database: 'postgres' }));
}
