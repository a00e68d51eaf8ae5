import { serialize } from 'cookie';
import { CsrfRejectedError } from '../../exceptions/request.errors.js';
import type { OriginalRequest } from '../../events/users.events.js';
import type { IssuedToken } from '../strategies/token-strategy.js';
import {
  type CookieSettings,
  cookieSettings,
  type CookieTransportOptions,
} from './cookie.options.js';
import { isSafeMethod, isSameSiteIntent } from './csrf.js';
import { refreshPath } from './refresh-path.js';
import {
  Transport,
  type TransportBackend,
  type TransportDescription,
  type TransportResponse,
} from './transport.js';

/** Browsers drop a larger cookie without a word (RFC 6265, 6.1). */
const MAX_COOKIE_BYTES = 4096;

/**
 * The token travels in a cookie that scripts cannot read. Defaults: named `__Host-users-<backend>`,
 * `Secure; HttpOnly; SameSite=Lax; Path=/`, no `Domain`, `Max-Age` as long as the token lives.
 *
 * Requests with an unsafe method count only if the browser says that they come from the same origin
 * (`Sec-Fetch-Site`), or `Origin` (then `Referer`) is one of {@link CookieTransportOptions.trustedOrigins}.
 *
 * @publicApi
 */
export class CookieTransport extends Transport {
  readonly challenge = 'Cookie';
  readonly #options: CookieTransportOptions;
  readonly #settings: CookieSettings;
  #backend = '';
  #hasRefreshTokens = false;

  /** @throws TypeError for settings that browsers refuse or that would give the credential away */
  constructor(options: CookieTransportOptions = {}) {
    super();
    this.#options = options;
    this.#settings = cookieSettings(options);
    // What cannot stand in a cookie (a path with a semicolon, say) is refused now, not at a login.
    this.#cookie('', 0);
    this.#refreshCookie('', 0, undefined);
  }

  get description(): TransportDescription {
    return { kind: 'cookie', name: this.#settings.name };
  }

  /** Without a name of its own, the cookie is named after the backend: two backends never share one. */
  override forBackend(backend: string, { hasRefreshTokens }: TransportBackend): Transport {
    const prefix = this.#settings.secure ? '__Host-' : '';
    const { name = `${prefix}users-${backend}` } = this.#options;
    const own = new CookieTransport({ ...this.#options, name });
    own.#backend = backend;
    own.#hasRefreshTokens = hasRefreshTokens;
    return own;
  }

  read(request: OriginalRequest): string | null {
    const values = this.#values(request);
    if (values.length > 0 && !this.#isIntended(request)) throw new CsrfRejectedError();
    // Two cookies of one name: one of them was planted, and nobody knows which.
    return values.length === 1 && values[0] ? values[0] : null;
  }

  override isPresent(request: OriginalRequest): boolean {
    return this.#values(request).length > 0;
  }

  /**
   * A browser says where a request comes from; a client that sends neither these headers nor the
   * cookie is none, and cannot be tricked.
   */
  override assertIntended(request: OriginalRequest): void {
    const isBrowser = ['sec-fetch-site', 'origin', 'referer'].some(
      (name) => name in request.headers,
    );
    if ((isBrowser || this.isPresent(request)) && !this.#isIntended(request)) {
      throw new CsrfRejectedError();
    }
  }

  /** Its own cookie has it, and the body nothing: a script must not come into its possession. */
  override readRefresh(request: OriginalRequest): string | null {
    const values = this.#values(request, this.#refreshName);
    if (values.length > 0 && !this.#isIntended(request)) throw new CsrfRejectedError();
    return values.length === 1 && values[0] ? values[0] : null;
  }

  login(
    { token, expiresInSeconds, refresh }: IssuedToken,
    request?: OriginalRequest,
  ): TransportResponse {
    const cookies = [this.#cookie(token, expiresInSeconds)];
    if (refresh)
      cookies.push(this.#refreshCookie(refresh.token, refresh.expiresInSeconds, request));
    return { status: 204, headers: cookies.map((cookie) => ['Set-Cookie', cookie] as const) };
  }

  logout(request?: OriginalRequest): Pick<TransportResponse, 'headers'> {
    const cookies = [this.#cookie('', 0)];
    if (this.#hasRefreshTokens) cookies.push(this.#refreshCookie('', 0, request));
    return { headers: cookies.map((cookie) => ['Set-Cookie', cookie] as const) };
  }

  #isIntended(request: OriginalRequest): boolean {
    return isSafeMethod(request.method) || isSameSiteIntent(request, this.#settings.trustedOrigins);
  }

  #values({ headers }: OriginalRequest, name = this.#settings.name): string[] {
    const header = headers['cookie'];
    if (typeof header !== 'string') return [];
    const prefix = `${name}=`;
    return (
      header
        .split(';')
        // Nothing but what separates cookies (RFC 6265, 5.4): with any other character in front, the
        // browser knows no `__Host-` in the name, and lets other hosts set it.
        .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, ''))
        .filter((pair) => pair.startsWith(prefix))
        .map((pair) => pair.slice(prefix.length))
    );
  }

  /** `__Host-` demands the path `/`, which this cookie is not to have. */
  get #refreshName(): string {
    return `${this.#settings.name.replace(/^__host-/i, '__Secure-')}-refresh`;
  }

  #refreshCookie(value: string, maxAge: number, request: OriginalRequest | undefined): string {
    const path = this.#settings.refreshPath ?? refreshPath(request, this.#backend);
    return this.#cookie(value, maxAge, { name: this.#refreshName, path });
  }

  #cookie(value: string, maxAge: number, other: { name?: string; path?: string } = {}): string {
    const { trustedOrigins: _, refreshPath: _path, name: own, ...attributes } = this.#settings;
    const { name = own, path = attributes.path } = other;
    // As it is: `read` decodes nothing, so that a token has one spelling only.
    const cookie = serialize(name, value, { ...attributes, path, maxAge, encode: String });
    if (name.length + value.length > MAX_COOKIE_BYTES) {
      throw new RangeError(
        `The cookie ${name} would have more than ${MAX_COOKIE_BYTES} bytes, and browsers would drop ` +
          'it. Use a token strategy with shorter tokens.',
      );
    }
    return cookie;
  }
}
