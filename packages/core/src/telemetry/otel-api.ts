import { createRequire } from 'node:module';

/** What of `@opentelemetry/api` is used. */
export type OtelApi = Pick<typeof import('@opentelemetry/api'), 'metrics' | 'trace'>;

const NAME = '@opentelemetry/api';

/**
 * The optional peer `@opentelemetry/api`, or nothing where an application does not have it. It does
 * nothing by itself: without an SDK all that it makes is empty.
 *
 * @param require - where it is looked for. Default: as this package would find it
 * @throws what it throws while it loads: an API that is there and broken is no API that is absent
 */
export function loadOtelApi(require = createRequire(import.meta.url)): OtelApi | undefined {
  try {
    return require(NAME) as OtelApi;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether it is this package that was not found, and not one that it needs itself. */
function isAbsent(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'MODULE_NOT_FOUND' && message.includes(`'${NAME}'`);
}
