/** What a word in a placeholder's name promises. */
const FORMS: Readonly<Record<string, string>> = {
  id: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  token: '[\\w-]+\\.[\\w-]+\\.[\\w-]+',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',
  cursor: '[\\w-]+',
};

/**
 * What stands in a document for something that differs each time: `<reset token>`, a name with
 * its form; or `01a20a5c-…`, which is of no further use.
 */
export const PLACEHOLDER = /<(?<name>[\w ]*\b(?<form>id|token|time|cursor)\b[\w ]*)>|[\w-]+…/g;

/** Names of a document and their values: learned where something is shown, used where it is typed. */
export class Placeholders {
  readonly #values = new Map<string, string>();

  /** A command as its reader types it. */
  fill(command: string): string {
    return command.replaceAll(PLACEHOLDER, (text: string, name?: string) => {
      const value = this.#values.get(name ?? text);
      if (value === undefined) throw new Error(`Nothing has shown ${text} before it is typed.`);
      return value;
    });
  }

  /**
   * What came, in the words of what is shown: the same text, if it may stand for that. Learns the
   * values of new names; different names stand for different values, save times.
   */
  read(shown: string, came: string): string {
    const learned = this.#match(shown, came);
    const known = [...this.#values.values()];
    if (learned && !learned.some(([name, value]) => !isTime(name) && known.includes(value))) {
      for (const [name, value] of learned) this.#values.set(name, value);
      return shown;
    }
    return [...this.#values].reduce(
      (text, [name, value]) => text.replaceAll(value, `<${name}>`),
      came,
    );
  }

  /** The names that are new in `shown`, with their values in `came`. */
  #match(shown: string, came: string): [string, string][] | undefined {
    const names: string[] = [];
    const pattern = replaceAround(shown, ({ 0: text, groups }) => {
      const { name, form = '' } = groups ?? {};
      if (name === undefined) return `${escape(text.slice(0, 3))}[\\w.-]{7,}`;
      const value = this.#values.get(name);
      if (value !== undefined) return escape(value);
      if (names.includes(name)) return `\\${names.indexOf(name) + 1}`;
      names.push(name);
      return `(${FORMS[form]})`;
    });
    const match = new RegExp(`^${pattern}$`).exec(came);
    return match?.slice(1).map((value, index) => [names[index] ?? '', value]);
  }
}

/** A pattern of a text: literal, but for its placeholders. */
function replaceAround(text: string, replace: (match: RegExpExecArray) => string): string {
  let end = 0;
  let pattern = '';
  for (const match of text.matchAll(PLACEHOLDER)) {
    pattern += escape(text.slice(end, match.index)) + replace(match);
    end = match.index + match[0].length;
  }
  return pattern + escape(text.slice(end));
}

function escape(text: string): string {
  return text.replaceAll(/[^\w\s]/g, '\\$&');
}

function isTime(name: string): boolean {
  return /\btime\b/.test(name);
}
