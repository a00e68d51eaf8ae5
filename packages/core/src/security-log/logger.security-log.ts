import { Logger } from '@nestjs/common';
import { SecurityLog, type SecurityRecord } from './security-log.js';

/**
 * Writes by the application's own Nest logger, under the context `UsersSecurity`: failures as
 * warnings. A record is handed over as an object, of which a logger for machines makes one line of
 * JSON; there is no text of its own in which a client could write.
 *
 * @publicApi
 */
export class LoggerSecurityLog extends SecurityLog {
  readonly #logger = new Logger('UsersSecurity');

  /** Hands a record to the logger. */
  write(record: SecurityRecord): void {
    if (record.outcome === 'success') this.#logger.log(record);
    else this.#logger.warn(record);
  }
}
