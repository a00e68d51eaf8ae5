import type { FoundSession, StoredToken } from '@nestjs-users/core';
import type { EntityManager, EntityMetadata, ObjectLiteral, Repository } from 'typeorm';
import { PreparedSelect } from '../prepared-select.js';
import type { SessionUser } from './session-user.js';

const ALIAS = 'session';

/** What is read of a session; columns of the application's own are not. */
const PROPERTIES = [
  'id',
  'digest',
  'subject',
  'fingerprint',
  'backend',
  'createdAt',
  'lastUsedAt',
  'expiresAt',
  'endsAt',
  'generation',
  'rotatedAt',
  'address',
  'userAgent',
] as const satisfies readonly (keyof StoredToken)[];
const READ: ReadonlySet<string> = new Set(PROPERTIES);

/**
 * The look-up by digest, whose statement is built once: every request with a session makes one, and
 * TypeORM's query builder takes longer over it than the database does.
 */
export class SessionLookUp<S extends ObjectLiteral> {
  readonly #columns: readonly EntityMetadata['columns'][number][];
  readonly #select: PreparedSelect;
  /** The order in which the driver wants the parameters. */
  readonly #isDigestFirst: boolean;

  /** @param user - of whom the row is read, too */
  constructor(
    { manager, metadata, target }: Repository<S>,
    timeoutMs: number,
    private readonly user?: SessionUser<never>,
  ) {
    this.#columns = metadata.columns.filter(({ propertyName }) => READ.has(propertyName));
    const query = manager.createQueryBuilder(target, ALIAS).select([]);
    for (const property of PROPERTIES) query.addSelect(`${ALIAS}.${property}`, property);
    user?.join(query, `${ALIAS}.subject`);
    // Texts, both of them: numbers TypeORM writes into statements for SQLite.
    const places = { digest: 'digest', now: 'now' };
    query.where(`${ALIAS}.digest = :digest AND ${ALIAS}.expiresAt > :now`, places);
    const [sql, parameters] = query.getQueryAndParameters();
    this.#select = new PreparedSelect(sql, timeoutMs);
    this.#isDigestFirst = parameters[0] === places.digest;
  }

  /** A session that has not ended; to the primary, as all plain statements. */
  async find(manager: EntityManager, digest: string, now: Date): Promise<FoundSession | null> {
    const parameters = this.#isDigestFirst ? [digest, now.getTime()] : [now.getTime(), digest];
    const raw = await this.#select.row(manager, parameters);
    if (!raw) return null;
    const { driver } = manager.connection;
    const session: Record<string, unknown> = {};
    for (const column of this.#columns) {
      const { propertyName } = column;
      session[propertyName] = driver.prepareHydratedValue(raw[propertyName], column);
    }
    const found = { session: session as unknown as StoredToken };
    return this.user ? { ...found, user: this.user.rowOf(raw) } : found;
  }
}
