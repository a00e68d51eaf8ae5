import { createRequire } from 'node:module';

/** The functions of `@node-rs/argon2` that block until they are done: for threads. */
export type Argon2Library = Pick<typeof import('@node-rs/argon2'), 'hashRawSync'>;

let library: Argon2Library | undefined;

/**
 * Loads the optional peer `@node-rs/argon2`.
 *
 * @param user - what needs it, for the message
 * @throws TypeError with the remedy, where it is not installed
 */
export function argon2Library(user: string): Argon2Library {
  try {
    library ??= createRequire(import.meta.url)('@node-rs/argon2') as Argon2Library;
    return library;
  } catch (error) {
    throw new TypeError(
      `${user} needs a package that is not installed, or not for this platform. Write: ` +
        `npm install @node-rs/argon2 (${(error as Error).message.split('\n')[0]})`,
      { cause: error },
    );
  }
}
