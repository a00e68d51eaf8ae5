/** A security scheme of an OpenAPI document. @publicApi */
export interface SecurityScheme {
  readonly type: 'apiKey' | 'http' | 'mutualTLS' | 'oauth2' | 'openIdConnect';
  readonly [keyword: string]: unknown;
}
