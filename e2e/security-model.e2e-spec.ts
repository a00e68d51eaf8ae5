import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './readme/blocks.js';
import { linesOf, wantedLevels } from './readme/checklist.js';
import { idsOf, titlesOfTests } from './readme/titles.js';

const STATES = ['met', 'met with an option', "the application's part", 'not yet', 'not applicable'];

const lines = linesOf('docs/security.md');

describe('The checklist of ASVS 5.0', () => {
  it('has every requirement of the sections that it is about, once, with its level', () => {
    const levels = lines.map(({ id, level }) => [id, level] as const);
    expect(Object.fromEntries(levels)).toEqual(wantedLevels());
    expect(new Set(levels.map(([id]) => id)).size).toBe(lines.length);
  });

  it('gives each of them one of the states that it explains', () => {
    const unknown = lines.filter(({ state }) => !STATES.includes(state));
    expect(unknown).toEqual([]);
  });

  const titles = titlesOfTests();
  const ids = idsOf(titles);
  /** An identifier, or the beginning of a title. */
  const exists = (test: string): boolean =>
    ids.has(test) || (test.includes(' ') && titles.some((title) => title.startsWith(test)));

  it('names tests that exist', () => {
    const named = lines.flatMap(({ id, tests }) => tests.map((test) => ({ id, test })));
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter(({ test }) => !exists(test))).toEqual([]);
  });

  it('proves what is met by a test, or by a document where it is about documents', () => {
    const met = lines.filter(({ state }) => state.startsWith('met'));
    expect(met.length).toBeGreaterThan(50);
    const unproven = met.filter(
      ({ how, tests }) => tests.length === 0 && !/\]\(|this page/.test(how),
    );
    expect(unproven).toEqual([]);
  });

  it('leads to documents and headings that exist', () => {
    const text = readFileSync(join(root, 'docs/security.md'), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    expect(targets.length).toBeGreaterThan(20);
    const broken = targets.filter(([, file, anchor]) => {
      const path = resolve(root, 'docs', file || 'security.md');
      return !existsSync(path) || (anchor && !headingsOf(path).has(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('would miss a test that is not there, and finds no identifier in the middle of a text', () => {
    // Written together here, so that they are in no text of this file.
    const absent = [
      ['PW', 1],
      ['ZZ', 99],
    ].map((parts) => parts.join('-'));
    expect(absent.map(exists)).toEqual([false, false]);
    expect(['PW-01', 'a password never expires', 'PW'].map(exists)).toEqual([true, true, false]);
    expect(idsOf(['see AB-01: nothing', 'AB-02, AB-03: something', 'AB-04'])).toEqual(
      new Set(['AB-02', 'AB-03', 'AB-04']),
    );
  });
});

/** The anchors of a document's headings, as GitHub makes them. */
function headingsOf(path: string): Set<string> {
  const headings = [...readFileSync(path, 'utf8').matchAll(/^#+ (.+)$/gm)];
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}
