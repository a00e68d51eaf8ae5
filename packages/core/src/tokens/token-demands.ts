/** What a token has to say to be good at a door. */
export interface TokenDemands {
  /** The kind of token, and the door that it opens: no token passes another one's. */
  readonly audience: string;
  readonly issuer?: string | undefined;
}
