import type { BaseUser } from '../users/user.js';
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
   * @param data - whatever JSON can hold
   * @throws TypeError if the section is there already
   */
  add(section: string, data: unknown): void {
    if (this.#sections.has(section)) {
      throw new TypeError(
        `The export has a section "${section}" already. Give yours another name.`,
      );
    }
    this.#sections.set(section, data);
  }

  /** @internal A copy has no private fields of its own. */
  override copy(): this {
    return new DuringUserExportEvent(this.user, this.#sections, this.request) as this;
  }
}

/** A user's data was handed over to them. @publicApi */
export class UserExportedEvent<U extends BaseUser = BaseUser> extends UserEvent<U> {}
