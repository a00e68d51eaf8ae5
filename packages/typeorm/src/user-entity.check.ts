import type { EntityMetadata } from 'typeorm';

const NEEDED = [
  'id',
  'email',
  'canonicalEmail',
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
  const missing = NEEDED.filter((name) => !metadata.findColumnWithPropertyName(name));
  if (missing.length > 0) {
    throw new TypeError(
      `The entity ${metadata.name} lacks the columns ${missing.join(', ')}. Extend BaseUserEntity or ` +
        'BaseIntegerUserEntity, or add properties of these names (their columns may be named otherwise).',
    );
  }
  if (!hasUniqueEmail(metadata)) {
    throw new TypeError(
      `The entity ${metadata.name} needs a unique index on canonicalEmail: without it, two people can ` +
        'register one address at the same moment. Write `@Index({ unique: true })` above the property.',
    );
  }
}

function hasUniqueEmail({ indices, uniques }: EntityMetadata): boolean {
  const isEmailAlone = ({ columns }: { columns: { propertyName: string }[] }): boolean =>
    columns.length === 1 && columns[0]?.propertyName === 'canonicalEmail';
  return (
    indices.some((index) => index.isUnique && isEmailAlone(index)) || uniques.some(isEmailAlone)
  );
}
