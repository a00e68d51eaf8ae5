import { answers } from './answers.js';
import type { Block } from './blocks.js';
import { Placeholders } from './placeholders.js';
import type { QuickStart } from './quick-start.js';

/** A command of a document, with what it says that there will be to see. */
export interface Step {
  readonly command: Block;
  readonly shown: readonly Block[];
}

/** Something that a document shows, and what came in its place. */
export interface Sight {
  readonly block: Block;
  readonly came: string;
}

/** The commands of a document, in order. */
export function stepsOf(blocks: readonly Block[]): Step[] {
  const starts = blocks.flatMap(({ language }, index) => (language === 'sh' ? [index] : []));
  return starts.map((start, index) => ({
    command: blocks[start] as Block,
    shown: blocks
      .slice(start + 1, starts[index + 1])
      .filter(({ language }) => language === 'http' || language === 'text'),
  }));
}

/** A reader who types a document's commands, one after the other, in a second terminal. */
export class Walkthrough {
  readonly placeholders = new Placeholders();
  #variables = '';

  constructor(private readonly sample: QuickStart) {}

  /**
   * Types a command, and looks for everything that is shown for it; where nothing is, does nothing.
   * Compare it before the next step, which may need what the reader learns by that.
   */
  async take({ command, shown }: Step): Promise<Sight[]> {
    if (shown.length === 0) return [];
    const script = this.placeholders.fill(command.code);
    const answer = await this.sample.shell(this.#variables + script);
    this.#variables += (script.match(/^\w+=.*\n/gm) ?? []).join('');

    const sights: Sight[] = [];
    for (const block of shown) {
      sights.push({ block, came: (await this.#mails(block)) ?? answer });
    }
    return sights;
  }

  /** The mails that are printed where a block shows some. */
  async #mails({ code }: Block): Promise<string | undefined> {
    const headlines = code.match(/^Mail to .*$/gm) ?? [];
    const mails: string[] = [];
    for (const headline of headlines) mails.push(await this.sample.mail(headline));
    return mails.length > 0 ? mails.join('\n\n') : undefined;
  }
}

/** What a block shows, and what came in the same words: equal if the document is true. */
export function compare(
  { block, came }: Sight,
  placeholders: Placeholders,
): { shown: string; came: string } {
  const pair =
    block.language === 'http'
      ? answers(block.code, came)
      : { shown: block.code.trim(), came: came.trim() };
  return { shown: pair.shown, came: placeholders.read(pair.shown, pair.came) };
}

/** Whether a document shows what came, from its beginning to its end. */
export function isTrue(sights: readonly Sight[]): boolean {
  const placeholders = new Placeholders();
  return sights.every((sight) => {
    const { shown, came } = compare(sight, placeholders);
    return shown === came;
  });
}
