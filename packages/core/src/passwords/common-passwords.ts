import { fold } from './fold.js';

let loading: Promise<ReadonlySet<string>> | undefined;

/**
 * The passwords that most people choose, folded: about 49 000, some 18 000 of which have 8 characters
 * or more (OWASP ASVS 5.0, 6.2.4, asks for 3 000).
 *
 * Read at the first call, by which no boot has to wait, and kept for the whole process: some 4 MB.
 */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= load().catch((error: unknown) => {
    // The next password tries again: files may be short for a moment.
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map(fold));
}
