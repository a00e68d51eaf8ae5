/** Token of the `PurposeTokenOptions` of reset tokens. */
export const RESET_TOKEN_OPTIONS = Symbol('RESET_TOKEN_OPTIONS');

/** Token of the `PurposeTokenOptions` of everything that proves an address. */
export const VERIFICATION_TOKEN_OPTIONS = Symbol('VERIFICATION_TOKEN_OPTIONS');
