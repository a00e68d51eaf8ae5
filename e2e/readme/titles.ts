import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './blocks.js';

/** What titles begin with: `PW-15, PW-20: …`, or an identifier alone. */
const IDS = /^[A-Z]{1,2}-?\d{1,2}(?:,? [A-Z]{1,2}-?\d{1,2})*(?=:|$)/;

/** Every text of the tests that can be a title, or a part of one: tables have theirs beside the data. */
export function titlesOfTests(): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`);
  return ['e2e', ...packages]
    .flatMap((folder) => specsIn(join(root, folder)))
    .flatMap((file) => textsOf(readFileSync(file, 'utf8')));
}

/** The identifiers that the titles begin with. */
export function idsOf(titles: readonly string[]): Set<string> {
  return new Set(titles.flatMap((title) => IDS.exec(title)?.[0].split(/,? /) ?? []));
}

function textsOf(code: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('tests.ts', code, ts.ScriptTarget.Latest));
  return texts;
}

function specsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /[.-]spec\.ts$/.test(path))
    .map((path) => join(folder, path));
}
