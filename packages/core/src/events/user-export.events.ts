import type { BaseUser } from '../users/user.js';
import { describeError } from './settle-within.js';
import { type OriginalRequest, UserEvent } from './users.events.js';

/**
 * A user's data is being collected for them (GDPR, article 15 and 20). Each listener adds what its
 * part of the application knows about the user, and is awaited; a throw ends the export.
 *
 * @publicApi
 */
export class DuringUserExportEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {
  readonly #sections: Map<string, unknown>;

  constructor(user: U, sections: Map<string, unknown>, request?: OriginalRequest) {
    super(user, request);
    this.#sections = sections;
  }

  /**
   * Adds a section.
   *
   * @param data - whatever `JSON.stringify` takes; `undefined` becomes `null`
   * @throws TypeError if the section is there already, or JSON cannot hold the data
   */
  add(section: string, data: unknown): void {
    if (this.#sections.has(section)) {
      throw new TypeError(
        `The export has a section "${section}" already. Give yours another name.`,
      );
    }
    const value = data ?? null;
    assertWritable(section, value);
    this.#sections.set(section, value);
  }

  /** @internal A copy has no private fields of its own. */
  override copy(): this {
    return new DuringUserExportEvent(this.user, this.#sections, this.request) as this;
  }
}

/** A user's data was handed over to them. @publicApi */
export class UserExportedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}

/** Finds out while the listener is at work, which the stack names, and not when the export is handed over. */
function assertWritable(section: string, data: unknown): void {
  let reason = `it is a ${typeof data}`;
  try {
    if (JSON.stringify(data) !== undefined) return;
  } catch (error) {
    reason = describeError(error).split('\n', 1)[0] ?? '';
  }
  throw new TypeError(
    `The section "${section}" of the export cannot be written as JSON: ${reason}. Add plain data: ` +
      'no BigInt, no function, nothing that refers to itself.',
  );
}
