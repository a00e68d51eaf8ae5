import type { DatabaseServer } from './database-server.js';

/** A table that the library writes to. */
export type WrittenTable = 'users' | 'user_sessions';

const EVENTS = ['INSERT', 'UPDATE'] as const;

/**
 * Lets a database refuse what is written to a table, by a code of its own, and counts how often it was
 * asked: what a sequence has given out, no rollback takes back.
 */
export class Refusal {
  private constructor(
    private readonly server: DatabaseServer,
    private readonly table: WrittenTable,
  ) {}

  /** @param times - so often, then no longer */
  static async begin(
    server: DatabaseServer,
    table: WrittenTable,
    code: string,
    times = 1000,
  ): Promise<Refusal> {
    const refusal = new Refusal(server, table);
    await server.query('CREATE SEQUENCE IF NOT EXISTS tries');
    await server.query('ALTER SEQUENCE tries RESTART');
    for (const statement of refusal.#statements(code, times)) await server.query(statement);
    return refusal;
  }

  /** Ends it. @returns how many writes have been tried */
  async end(): Promise<number> {
    const isPostgres = this.server.name === 'postgres';
    for (const event of EVENTS) {
      const of = isPostgres ? ` ON ${this.table}` : '';
      await this.server.query(`DROP TRIGGER IF EXISTS refuse_${event}${of}`);
    }
    const next = isPostgres ? `nextval('tries')` : 'NEXTVAL(tries)';
    const [row] = await this.server.query<{ next: string }>(`SELECT ${next} AS next`);
    return Number(row?.next) - 1;
  }

  #statements(code: string, times: number): string[] {
    if (this.server.name === 'mariadb') {
      return EVENTS.map(
        (event) => `CREATE TRIGGER refuse_${event} AFTER ${event} ON ${this.table} FOR EACH ROW
          IF NEXTVAL(tries) <= ${times} THEN
            SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = ${code}, MESSAGE_TEXT = 'refused';
          END IF`,
      );
    }
    return [
      `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF nextval('tries') <= ${times} THEN
            RAISE EXCEPTION 'refused' USING ERRCODE = '${code}';
          END IF;
          RETURN NEW;
        END $$`,
      ...EVENTS.map(
        (event) => `CREATE TRIGGER refuse_${event} AFTER ${event} ON ${this.table}
          FOR EACH ROW EXECUTE FUNCTION refuse()`,
      ),
    ];
  }
}
