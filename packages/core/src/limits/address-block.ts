import { isIPv4, isIPv6 } from 'node:net';

/** IPv4 within IPv6 (RFC 4291, 2.5.5.2), in the spelling of `URL`. */
const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/**
 * Whom requests from an address are counted as: one IPv4 address, or the 64 bits of IPv6 that one
 * customer has for themselves. All spellings of an address are one; what is none is one as well.
 */
export function addressBlock(address: string | undefined): string {
  const [plain = ''] = (address ?? '').split('%');
  if (isIPv4(plain)) return plain;
  if (!isIPv6(plain)) return 'unknown';
  const canonical = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const mapped = MAPPED.exec(canonical);
  if (mapped) return dotted(`${mapped[1]}`, `${mapped[2]}`);
  return `${groupsOf(canonical).slice(0, 4).join(':')}::/64`;
}

function dotted(high: string, low: string): string {
  const bits = [high, low].map((group) => Number.parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

/** All eight groups: `::` stands for those that are nought. */
function groupsOf(canonical: string): string[] {
  const [before = '', after] = canonical.split('::');
  const [head, tail] = [before, after ?? ''].map((part) => part.split(':').filter(Boolean));
  const missing = 8 - (head?.length ?? 0) - (tail?.length ?? 0);
  return [...(head ?? []), ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])];
}
