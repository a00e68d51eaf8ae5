import type { ValidationRule } from './validation-rules.js';

/** The keywords of a schema that say what validation rules say. */
export interface RuleKeywords {
  type?: string;
  isArray?: boolean;
  nullable?: boolean;
  format?: string;
  pattern?: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
}

/** What the rules of a field demand, as far as a schema can say it. */
export function schemaOfRules(rules: readonly ValidationRule[]): RuleKeywords {
  const keywords: RuleKeywords = {};
  for (const { name, constraints, each } of rules) {
    Object.assign(keywords, KEYWORDS[name ?? '']?.(...((constraints ?? []) as never[])));
    if (each) keywords.isArray = true;
  }
  return keywords;
}

const text = (keywords?: RuleKeywords) => (): RuleKeywords => ({ type: 'string', ...keywords });
const number = (keywords?: RuleKeywords) => (): RuleKeywords => ({ type: 'number', ...keywords });

/** By the names that class-validator gives its rules. */
const KEYWORDS: Readonly<Record<string, (...constraints: never[]) => RuleKeywords>> = {
  isOptional: () => ({ nullable: true }),
  isString: text(),
  isEmailAddress: text({ format: 'email' }),
  isEmail: text({ format: 'email' }),
  isUuid: text({ format: 'uuid' }),
  isUrl: text({ format: 'uri' }),
  isDateString: text({ format: 'date-time' }),
  isIso8601: text({ format: 'date-time' }),
  isDate: text({ format: 'date-time' }),
  minLength: (minLength: number) => ({ type: 'string', minLength }),
  maxLength: (maxLength: number) => ({ type: 'string', maxLength }),
  isLength: (minLength: number, maxLength?: number) => ({
    type: 'string',
    minLength,
    ...(maxLength !== undefined && { maxLength }),
  }),
  matches: (pattern: RegExp | string) =>
    pattern instanceof RegExp ? { type: 'string', pattern: pattern.source } : { type: 'string' },
  isBoolean: () => ({ type: 'boolean' }),
  isNumber: number(),
  isInt: () => ({ type: 'integer' }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  isEnum: (values: object) => ({ enum: enumValues(values) }),
  isIn: (values: unknown[]) => ({ enum: values }),
  equals: (value: unknown) => ({ enum: [value] }),
  isArray: () => ({ isArray: true }),
  arrayMinSize: (minItems: number) => ({ isArray: true, minItems }),
  arrayMaxSize: (maxItems: number) => ({ isArray: true, maxItems }),
  arrayUnique: () => ({ isArray: true, uniqueItems: true }),
};

/** Without the names that TypeScript adds for numbers. */
function enumValues(values: object): unknown[] {
  return Object.entries(values)
    .filter(([name]) => Number.isNaN(Number(name)))
    .map(([, value]: [string, unknown]) => value);
}
