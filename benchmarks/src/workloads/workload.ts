import type { Section } from '../report/section.js';

/** Something that is measured: how, and how the page tells of it. */
export interface Workload<Raw> {
  readonly id: string;
  readonly title: string;
  /** What is stored as it is, so that the page can be written again without measuring. */
  measure(): Promise<Raw>;
  describe(raw: Raw): Section;
}
