import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@nestjs-users/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, blocksOf, documents, root } from './readme/blocks.js';
import { QuickStart } from './readme/quick-start.js';
import { membersOf, mistakesIn } from './readme/snippets.js';

const readme = blocksOf('README.md');

describe('The documents', () => {
  it.each(documents)('%s: every TypeScript snippet compiles', (document) => {
    const snippets = blocksOf(document).filter(({ language }) => language === 'ts');
    expect(mistakesIn(snippets)).toEqual([]);
  });

  it('would not pass with a mistake', () => {
    const code = "import { UsersModule } from '@nestjs-users/core';\nUsersModule.forRot();\n";
    const [mistake] = mistakesIn([{ document: 'x.md', line: 7, language: 'ts', code }]);
    expect(mistake).toMatch(/^x\.md:8 Property 'forRot' does not exist/);
  });

  it('need less than sixty lines for an application', () => {
    const lines = readme
      .filter(({ code }) => code.startsWith('// src/'))
      .flatMap(({ code }) => code.split('\n').slice(1))
      .filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(40);
    expect(lines.length).toBeLessThan(60);
  });

  it('name every option, error code and listener decorator', () => {
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    const names = [
      ...['UsersModuleOptions', 'UsersModuleExtras', 'UsersErrorCode', 'UsersModuleRoutes'].flatMap(
        membersOf,
      ),
      ...Object.keys(core).filter((name) => /^(On|Before)User\w+(?<!Event)$/.test(name)),
    ];
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});

describe('The commands of the README', () => {
  const sample = new QuickStart();

  beforeAll(() => sample.start());
  afterAll(() => sample.stop());

  it('answer, one after the other, as it says', async () => {
    /** What a reader copies from an answer, or from a mail, into a variable of the shell. */
    const copied: Record<string, string> = {};

    for (const [index, block] of readme.entries()) {
      if (block.language !== 'sh' || !block.code.includes('curl ')) continue;
      if (/^RESET=/m.test(block.code)) {
        [, copied['RESET'] = ''] = await sample.printed(/#token=(\S+)/);
      }
      const answer = split(await sample.shell(filledIn(block, copied)));
      const expected = split(readme[index + 1]?.code ?? '');

      const line = `line ${block.line}: ${block.code}`;
      expect(answer.status, line).toBe(expected.status);
      expect(jsonOf(answer.body), line).toEqual(patternOf(expected.body));
      if (answer.body.includes('access_token')) {
        copied['TOKEN'] = JSON.parse(answer.body).access_token;
      }
    }
    expect(Object.keys(copied)).toEqual(['TOKEN', 'RESET']);
  });
});

/** Puts in what was copied: `TOKEN='eyJ…'` stands for a whole token, in this block and after it. */
function filledIn({ code }: Block, copied: Record<string, string>): string {
  const assignments = Object.entries(copied).map(([name, value]) => `${name}='${value}'\n`);
  return assignments.join('') + code.replaceAll(/^\w+='[^']*…'.*$/gm, '');
}

/** The status line and the body of what `curl -i` prints. */
function split(text: string): { status: string; body: string } {
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/);
  return { status: head.split(/\r?\n/)[0] ?? '', body: rest.join('\n\n').trim() };
}

function jsonOf(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

/** `…` stands for what differs each time. */
function patternOf(json: string): unknown {
  if (json === '') return undefined;
  return JSON.parse(json, (_key, value: unknown) =>
    typeof value === 'string' && value.endsWith('…')
      ? expect.stringMatching(new RegExp(`^${value.slice(0, 3)}.{10,}`))
      : value,
  );
}
