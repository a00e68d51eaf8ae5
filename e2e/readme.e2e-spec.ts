import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as core from '@nestjs-users/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, documents, root } from './readme/blocks.js';
import { QuickStart } from './readme/quick-start.js';
import { slipsIn } from './readme/slips.js';
import { membersOf, mistakesIn } from './readme/snippets.js';
import { compare, isTrue, type Sight, stepsOf, Walkthrough } from './readme/walkthrough.js';

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

  it('would not pass with a mistake about what another snippet declares', () => {
    const codes = [
      '// src/user.ts\nexport class User {\n  nick = "";\n}\n',
      '// src/greet.ts\nimport { User } from "./user.js";\nnew User().firstName;\n',
    ];
    const snippets = codes.map((code) => ({ document: 'x.md', line: 1, language: 'ts', code }));
    expect(mistakesIn(snippets)).toEqual([expect.stringMatching(/'firstName' does not exist/)]);
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

describe.each([
  {
    document: 'README.md',
    unshown: ['Welcome', 'Verify your address', 'Your password was changed'],
  },
  { document: 'docs/flow.md', unshown: [] },
])('The commands of $document', ({ document, unshown }) => {
  const sample = new QuickStart();
  const walkthrough = new Walkthrough(sample);
  const commands = stepsOf(blocksOf(document));
  const sights: Sight[] = [];

  beforeAll(() => sample.start());
  afterAll(() => sample.stop());

  it('have an answer each', () => {
    const [start, ...others] = commands.filter(({ shown }) => shown.length === 0);
    expect(start?.command.code).toBe('npm ci && npm start\n');
    expect(others.filter(({ command }) => /\bcurl\b|\bnpx\b/.test(command.code))).toEqual([]);
  });

  it('are answered, one after the other, as it says', { timeout: 120_000 }, async () => {
    for (const step of commands) {
      for (const sight of await walkthrough.take(step)) {
        const { shown, came } = compare(sight, walkthrough.placeholders);
        expect(came, `line ${step.command.line}: ${step.command.code}`).toBe(shown);
        sights.push(sight);
      }
    }
    expect(sample.unread).toEqual(
      unshown.map((subject) => expect.stringMatching(`^Mail to anna@example.com: ${subject}`)),
    );
  });

  it('would not be, with a slip in any word that it shows', () => {
    const unnoticed = sights.flatMap((sight, index) =>
      slipsIn(sight.block.code).filter((code) => {
        const block = { ...sight.block, code };
        return isTrue(sights.with(index, { ...sight, block }));
      }),
    );
    expect(unnoticed).toEqual([]);
    expect(isTrue(sights)).toBe(true);
  });
});
