import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './blocks.js';

/** A line of the checklist. */
export interface Line {
  readonly id: string;
  readonly level: number;
  readonly state: string;
  readonly how: string;
  /** Identifiers, or the beginnings of titles. */
  readonly tests: readonly string[];
}

/** The lines of all tables of a document whose first column is the number of a requirement. */
export function linesOf(document: string): Line[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^\| (\d+\.\d+\.\d+) .*\|$/gm)].map(([line]) => {
    const [id = '', level, _requirement, state = '', how = '', tests = ''] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    const named = [...tests.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return { id, level: Number(level), state, how, tests: named };
  });
}

/** The levels of the requirements of each section, in their order. */
const SECTIONS: Readonly<Record<string, string>> = {
  ...{ '2.1': '122', '2.2': '112', '2.3': '12223', '2.4': '23' },
  ...{ '3.3': '12223', '3.5': '11122333' },
  ...{ '6.1': '122', '6.2': '111111112222', '6.3': '11223333', '6.4': '112233' },
  ...{ '6.5': '22222333', '6.6': '2223', '6.8': '2222' },
  ...{ '7.1': '222', '7.2': '1111', '7.3': '22', '7.4': '11222', '7.5': '223', '7.6': '22' },
  ...{ '8.1': '1233', '8.2': '1123', '8.3': '133', '8.4': '23' },
  ...{ '9.1': '111', '9.2': '1222' },
  ...{ '11.1': '2233', '11.2': '22233', '11.3': '11233', '11.4': '1222' },
  ...{ '11.5': '23', '11.6': '23' },
  ...{ '13.3': '2233' },
  ...{ '15.3': '1222222', '15.4': '3333' },
  ...{ '16.1': '2', '16.2': '22222', '16.3': '2222', '16.4': '222', '16.5': '2223' },
};

/** Requirements of level 3 that the library aims at. */
const AIMS = ['3.3.5', '6.3.7', '6.3.8', '6.4.6', '8.3.2', '15.4.1', '15.4.2', '15.4.3', '15.4.4'];

/** Of sections that concern a library of users by these alone. */
const SINGLE: Readonly<Record<string, number>> = {
  ...{ '1.2.4': 1, '1.3.11': 2, '4.1.1': 1, '13.1.1': 2 },
  ...{ '14.2.1': 1, '14.3.2': 2, '15.1.3': 2, '15.2.2': 2 },
};

/** The requirements of ASVS 5.0.0 that the checklist has to have, each with its level. */
export function wantedLevels(): Record<string, number> {
  const ofSections = Object.entries(SECTIONS).flatMap(([section, levels]) =>
    [...levels].map((level, index) => [`${section}.${index + 1}`, Number(level)] as const),
  );
  const wanted = ofSections.filter(([id, level]) => level < 3 || AIMS.includes(id));
  return { ...Object.fromEntries(wanted), ...SINGLE };
}
