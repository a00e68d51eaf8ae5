/** A page that the cookies of the usual host trust, and one that they do not. */
export const TRUSTED = 'https://app.example.org';
export const EVIL = 'https://evil.example';

/** Sec-Fetch-Site, Origin, Referer; and whether a request with them counts as the user's own. */
export type SiteRow = readonly [site: string, origin: string, referer: string, isOwn: boolean];

export const siteRows: readonly SiteRow[] = [
  ['', '', '', false],
  ['same-origin', '', '', true],
  ['same-origin', TRUSTED, '', true],
  ['same-origin', 'null', '', true],
  ['same-site', '', '', false],
  ['same-site', TRUSTED, '', true],
  ['same-site', EVIL, '', false],
  ['same-site', EVIL, `${TRUSTED}/page`, false],
  ['cross-site', '', '', false],
  ['cross-site', TRUSTED, '', true],
  ['cross-site', EVIL, '', false],
  ['cross-site', 'null', '', false],
  ['cross-site', '', `${EVIL}/page`, false],
  ['none', '', '', false],
  ['none', EVIL, '', false],
  ['SAME-ORIGIN', '', '', false],
  ['same-origin, cross-site', '', '', false],
  ['', TRUSTED, '', true],
  ['', TRUSTED, `${EVIL}/page`, true],
  ['', EVIL, '', false],
  ['', EVIL, `${TRUSTED}/page`, false],
  ['', 'null', `${TRUSTED}/page`, false],
  ['', '', `${TRUSTED}/page?x=1`, true],
  ['', '', 'about:blank', false],
];

/** The headers of a row. */
export function siteHeaders([site, origin, referer]: readonly [
  site: string,
  origin: string,
  referer?: string,
  isOwn?: boolean,
]): Record<string, string> {
  return {
    ...(site && { 'sec-fetch-site': site }),
    ...(origin && { origin }),
    ...(referer && { referer }),
  };
}
