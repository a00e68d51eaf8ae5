/** All names that there are, as keys. */
export type Names<T> = Readonly<Record<keyof T & string, true>>;

/**
 * Refuses what would be ignored: a slip in a name would leave open, in silence, what was to be closed.
 * TypeScript does not find it in what a factory answers.
 *
 * @param where - for the message: `UsersModule`, `UsersModule: routes`
 * @throws TypeError with all names that there are
 */
export function assertKnownNames(
  where: string,
  values: object,
  known: Readonly<Record<string, true>>,
): void {
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  throw new TypeError(
    `${where} has no option \`${unknown.join('`, `')}\`. There are: ${Object.keys(known).join(', ')}.`,
  );
}
