/** Options of {@link CookieTransport}. @publicApi */
export interface CookieTransportOptions {
  /** Name of the cookie. Default `__Host-users-<backend>` (without `__Host-` if not `secure`). */
  name?: string;
  /** `false` sends the credential over plain HTTP too: only for networks that you trust. Default `true`. */
  secure?: boolean;
  /** `none` lets other sites send it along (with `secure` only). Default `lax`. */
  sameSite?: 'strict' | 'lax' | 'none';
  /** Default `/`, which `__Host-` names demand. */
  path?: string;
  /** Shares the cookie with all subdomains; not with a `__Host-` name. Default: none. */
  domain?: string;
  /**
   * Path of the cookie that a refresh token travels in: the one place where it is needed. Default: the
   * route of refreshing, as the login's request shows it (`/api/users/refresh/<backend>`). Say it where
   * a proxy in front takes off a part of the path.
   */
  refreshPath?: string;
  /**
   * Other origins whose pages may send unsafe requests with this cookie, as the browser writes them:
   * `https://app.example.org`. Compared exactly. Default: none.
   */
  trustedOrigins?: readonly string[];
}

/** {@link CookieTransportOptions} after checking, with defaults. */
export interface CookieSettings {
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: true;
  readonly sameSite: 'strict' | 'lax' | 'none';
  readonly path: string;
  readonly domain?: string;
  readonly refreshPath?: string;
  readonly trustedOrigins: ReadonlySet<string>;
}

/** RFC 6265, 4.1.1: a token of RFC 9110. */
const COOKIE_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/;

/** Checks the options. @throws TypeError with the remedy */
export function cookieSettings(options: CookieTransportOptions): CookieSettings {
  const {
    secure = true,
    sameSite = 'lax',
    path = '/',
    domain,
    refreshPath,
    trustedOrigins = [],
  } = options;
  const name = options.name ?? (secure ? '__Host-users' : 'users');
  const refuse = (problem: string): never => {
    throw new TypeError(`CookieTransport: ${problem}`);
  };

  if (!COOKIE_NAME.test(name)) refuse(`"${name}" cannot be the name of a cookie.`);
  if (sameSite === 'none' && !secure) refuse("sameSite: 'none' needs secure: true.");
  if (/^__(host|secure)-/i.test(name) && !secure) {
    refuse(`the name ${name} needs secure: true; without it, leave the prefix off.`);
  }
  if (/^__host-/i.test(name) && (domain !== undefined || path !== '/')) {
    refuse(`the name ${name} permits neither domain nor path; give the cookie another name.`);
  }
  return {
    name,
    secure,
    httpOnly: true,
    sameSite,
    path,
    ...(domain !== undefined && { domain }),
    ...(refreshPath !== undefined && { refreshPath }),
    trustedOrigins: new Set(trustedOrigins.map(checkedOrigin)),
  };
}

function checkedOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === text && /^https?:/.test(origin)) return origin;
  throw new TypeError(
    `CookieTransport: trustedOrigins holds "${text}", which is no origin as browsers write it. ` +
      `Write ${origin === 'null' ? 'for instance "https://app.example.org"' : `"${origin}"`}.`,
  );
}
