import type { Lines } from './credentials.js';
import type { Random } from './random.js';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];

/** A method of somebody else's. */
export function oddMethod(random: Random): string {
  return random.pick(METHODS);
}

const LINES: readonly Lines[] = [
  [['x-forwarded-for', '1.2.3.4, ::ffff:5.6.7.8, x']],
  [
    ['x-forwarded-for', ',,,'],
    ['x-forwarded-for', '\xff'],
  ],
  [
    ['x-forwarded-for', 'fe80::1%eth0'],
    ['x-real-ip', '::'],
  ],
  [['x-forwarded-for', '1'.repeat(5000)]],
  [
    ['x-forwarded-host', 'evil.example'],
    ['x-forwarded-proto', 'javascript'],
  ],
  [['forwarded', 'for="[::1]:x";by=_;proto=']],
  [['host', 'evil.example:99999']],
  [['origin', 'null']],
  [['origin', 'https://evil.example']],
  [['origin', 'http://[::1']],
  [
    ['origin', 'https://app.example.org'],
    ['sec-fetch-site', 'cross-site'],
  ],
  [
    ['origin', 'a'],
    ['origin', 'b'],
  ],
  [['referer', 'https://app.example.org/x?y#z']],
  [['referer', '://']],
  [['sec-fetch-site', 'none']],
  [['sec-fetch-site', 'same-origin, cross-site']],
  [
    ['sec-fetch-site', 'same-origin'],
    ['sec-fetch-site', 'cross-site'],
  ],
  [['accept', 'text/html;q=x, */*;;']],
  [['accept', 'application/xml']],
  [['accept-encoding', 'gzip;q=9, identity;q=0']],
  [['accept-language', '*;q=-1,\xe4']],
  [['user-agent', '\xff\xfe'.repeat(500)]],
  [['user-agent', '']],
  [['x-http-method-override', 'DELETE']],
  [
    ['if-none-match', '*'],
    ['if-modified-since', 'never'],
  ],
  [['range', 'bytes=0-0,-1']],
  [['transfer-encoding', 'chunked']],
  [
    ['content-type', 'application/json'],
    ['content-type', 'text/plain'],
  ],
  [
    ['upgrade', 'websocket'],
    ['connection', 'close'],
  ],
  [
    ['cookie', 'a=b'],
    ['cookie', '__proto__=1; constructor=x'],
  ],
  [['x-request-id', '"\'><']],
];

/** Headers that mean something to somebody, and nothing good. */
export function oddHeaders(random: Random): Lines {
  return random.pick(LINES);
}
