/** The audience keeps the tokens of two backends apart, and those of other kinds, with one key too. */
export function accessAudience(backend: string): string {
  return `nestjs-users:auth:${backend}`;
}
