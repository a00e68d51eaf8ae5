import type { UserExpectation, UserListQuery } from '@nestjs-users/core';
import { And, type EntityManager, Equal, type FindOperator, IsNull, Raw } from 'typeorm';

/**
 * Conditions of scalars only, for an object would become a part of the statement. One that is
 * `undefined` holds for no row (a query builder that drops it would find every row): the answer is
 * then `undefined`, and nothing need be asked.
 *
 * @throws TypeError for anything else
 */
export function conditions(
  { connection }: EntityManager,
  criteria: UserExpectation & UserListQuery['where'],
): Record<string, unknown> | undefined {
  if (Object.values(criteria).some((value) => value === undefined)) return undefined;
  const hasFuzzyCollations = ['mysql', 'mariadb', 'aurora-mysql'].includes(connection.options.type);
  return Object.fromEntries(
    Object.entries(criteria).map(([name, value]) => {
      if (value === null) return [name, IsNull()];
      if (typeof value === 'boolean') return [name, value];
      if (typeof value === 'string')
        return [name, hasFuzzyCollations ? exactly(name, value) : value];
      throw new TypeError(`A condition on ${name} must be a text, a boolean or null.`);
    }),
  );
}

/** Equal by the index, whatever the collation takes for equal, and then equal by every byte. */
function exactly(name: string, value: string): FindOperator<string> {
  const parameter = `exactly_${name}`;
  const sameBytes = Raw((column) => `CAST(${column} AS BINARY) = CAST(:${parameter} AS BINARY)`, {
    [parameter]: value,
  });
  return And(Equal(value), sameBytes as FindOperator<string>);
}
