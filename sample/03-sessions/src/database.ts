import { join } from 'node:path';
import type { ConfigService } from '@nestjs/config';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';

const FILE = join(import.meta.dirname, '..', 'sessions.sqlite');

/** PostgreSQL where `DATABASE_URL` says where it is, SQLite otherwise. Nothing else differs. */
export function databaseOptions(config: ConfigService): TypeOrmModuleOptions {
  const url = config.get<string>('DATABASE_URL');
  return {
    ...(url
      ? { type: 'postgres', url, connectTimeoutMS: 3000 }
      : { type: 'better-sqlite3', database: config.get('DATABASE_FILE', FILE) }),
    autoLoadEntities: true,
    // Handy while entities still change; real data is worth migrations.
    synchronize: true,
  };
}
