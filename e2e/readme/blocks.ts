import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root. */
export const root = join(import.meta.dirname, '..', '..');

/** A fenced block of a document. */
export interface Block {
  readonly document: string;
  /** Line of its first line of code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The documents whose code must be true: relative to the root. */
export const documents = [
  'README.md',
  ...filesOf('packages', (folder) => `${folder}/README.md`),
  ...filesOf('docs', (file) => file),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

/** All blocks of a document, in order. */
export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)[^\n]*\n(.*?)^```$/gms)].map(
    ({ index, 1: language, 2: code }) => ({
      document,
      line: text.slice(0, index).split('\n').length + 1,
      language: language ?? '',
      code: code ?? '',
    }),
  );
}

function filesOf(directory: string, path: (name: string) => string): string[] {
  if (!existsSync(join(root, directory))) return [];
  return readdirSync(join(root, directory)).map((name) => `${directory}/${path(name)}`);
}
