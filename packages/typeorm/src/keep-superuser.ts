import { type BaseUser, LastSuperuserError, type UserChanges } from '@nestjs-users/core';
import type { EntityManager, ObjectLiteral, Repository } from 'typeorm';

/** Whether a write takes away what makes a superuser (`undefined` changes: the row itself). */
export function isDemotion(changes: UserChanges<BaseUser> | undefined): boolean {
  return !changes || changes.isSuperuser === false || changes.isActive === false;
}

/** SQLite has one writer at a time, and TypeORM one connection to it: no row locks, no transactions of one's own. */
export function isSqlite({ connection }: EntityManager): boolean {
  return /sqlite|sqljs|capacitor|cordova|expo|nativescript|react-native/.test(
    connection.options.type,
  );
}

/**
 * Runs a write in a transaction that has locked all active superusers in the order of their ids:
 * two such writes wait for each other, and each sees what the other has left.
 *
 * @throws LastSuperuserError
 */
export function withLockedSuperusers<U extends BaseUser & ObjectLiteral>(
  { manager, metadata }: Repository<U>,
  id: U['id'],
  write: (manager: EntityManager) => Promise<boolean>,
): Promise<boolean> {
  return manager.transaction(async (transaction) => {
    const superusers = await transaction
      .createQueryBuilder<U>(metadata.target as never, 'user')
      .where('user.isSuperuser = :yes AND user.isActive = :yes', { yes: true })
      .orderBy('user.id')
      .setLock('pessimistic_write')
      .getMany();
    const isOne = superusers.some((other) => String(other.id) === String(id));
    const isWritten = await write(transaction);
    // The throw rolls the write back; where an expectation failed, there is nothing to refuse.
    if (isWritten && isOne && superusers.length === 1) throw new LastSuperuserError();
    return isWritten;
  });
}

/**
 * The same as a condition of the statement itself, for SQLite: the row is no active superuser, or
 * there is another one.
 */
export function anotherSuperuserRemains<U extends BaseUser & ObjectLiteral>({
  manager,
  metadata,
}: Repository<U>): string {
  const { driver } = manager.connection;
  const column = (name: string): string =>
    driver.escape(metadata.findColumnWithPropertyName(name)?.databaseName ?? name);
  const [id, isSuperuser, isActive] = ['id', 'isSuperuser', 'isActive'].map(column);
  const table = driver.escape(metadata.tableName);
  return (
    `(NOT (${isSuperuser} = 1 AND ${isActive} = 1) OR EXISTS (SELECT 1 FROM ${table} other ` +
    `WHERE other.${id} <> ${table}.${id} AND other.${isSuperuser} = 1 AND other.${isActive} = 1))`
  );
}
