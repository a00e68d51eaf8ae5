import { type PasswordContext, PasswordPolicy } from './password-policy.js';

/**
 * Several policies as one: they are asked in their order, and the first refusal is the answer. Put
 * the cheap ones first, and what asks other servers last.
 *
 * @example
 * passwordPolicy: new CompositePasswordPolicy([new DefaultPasswordPolicy(), new NoSwearing()]),
 * @publicApi
 */
export class CompositePasswordPolicy extends PasswordPolicy {
  readonly #policies: readonly PasswordPolicy[];

  /** @throws TypeError if there is none, or one that does not extend {@link PasswordPolicy} */
  constructor(policies: readonly PasswordPolicy[]) {
    super();
    if (policies.length === 0 || !policies.every((policy) => policy instanceof PasswordPolicy)) {
      throw new TypeError(
        'CompositePasswordPolicy needs policies, each of a class that extends PasswordPolicy. Write ' +
          '`new CompositePasswordPolicy([new DefaultPasswordPolicy(), …])`.',
      );
    }
    this.#policies = [...policies];
  }

  async validate(password: string, context: PasswordContext): Promise<void> {
    for (const policy of this.#policies) await policy.validate(password, context);
  }
}
