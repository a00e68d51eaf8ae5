import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { environment } from './environment.js';

/** The options that all servers give to TypeORM. */
export const dataSource: TypeOrmModuleOptions =
  environment.database === 'sqlite'
    ? {
        type: 'better-sqlite3',
        database: environment.file,
        enableWAL: true,
        synchronize: environment.isFirstStart,
      }
    : {
        type: 'postgres',
        url: environment.url,
        schema: environment.schema,
        connectTimeoutMS: 5000,
        extra: { options: `-c search_path=${environment.schema}` },
        synchronize: environment.isFirstStart,
      };
