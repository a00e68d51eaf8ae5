import type { EntityMetadata } from 'typeorm';

const NEEDED = [
  'id',
  'email',
  'canonicalEmail',
  'pendingEmail',
  'hashedPassword',
  'securityStamp',
  'isActive',
  'isSuperuser',
  'isVerified',
  'createdAt',
  'updatedAt',
];

/**
 * Refuses to boot on an entity that could not keep users safely.
 *
 * @throws TypeError with the remedy
 */
export function assertUserEntity(metadata: EntityMetadata): void {
  const missing = NEEDED.filter((name) => !metadata.findColumnWithPropertyPath(name));
  if (missing.length > 0) {
    throw new TypeError(
      `The entity ${metadata.name} lacks the columns ${missing.join(', ')}. Extend BaseUserEntity or ` +
        'BaseIntegerUserEntity, or add properties of these names (their columns may be named otherwise).',
    );
  }
  const primary = metadata.primaryColumns.map(({ propertyPath }) => propertyPath);
  if (primary.length !== 1 || primary[0] !== 'id') {
    throw new TypeError(
      `The entity ${metadata.name} must have one primary column, of the property "id", not ` +
        `${primary.join(' and ')}. Its column may be named otherwise: ` +
        "`@PrimaryColumn('uuid', { name: 'user_id' }) id: string`.",
    );
  }
  if (!hasUniqueEmail(metadata)) {
    throw new TypeError(
      `The entity ${metadata.name} needs a unique index on canonicalEmail: without it, two people can ` +
        'register one address at the same moment. Write `@Index({ unique: true })` above the property.',
    );
  }
}

function hasUniqueEmail({ deleteDateColumn, indices, uniques }: EntityMetadata): boolean {
  const isEmailAlone = ({ columns }: { columns: { propertyPath: string }[] }): boolean =>
    columns.length === 1 && columns[0]?.propertyPath === 'canonicalEmail';
  // A partial index leaves rows out: that is sound only for rows that nobody finds any more.
  const isForAll = ({ where }: { where?: string | undefined }): boolean =>
    !where || deleteDateColumn !== undefined;
  return (
    indices.some((index) => index.isUnique && isEmailAlone(index) && isForAll(index)) ||
    uniques.some(isEmailAlone)
  );
}
