/** What is said of a measurement, by the short names of the library. */
export type Attributes = Readonly<Record<string, string>>;

/** The names as OpenTelemetry shows them: none may be taken for somebody else's. */
export function namedAttributes(module: string, attributes: Attributes): Record<string, string> {
  const named: Record<string, string> = { 'nestjs_users.module': module };
  for (const key in attributes) named[`nestjs_users.${key}`] = attributes[key] as string;
  return named;
}
