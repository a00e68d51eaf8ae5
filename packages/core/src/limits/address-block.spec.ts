import { describe, expect, it } from 'vitest';
import { addressBlock } from './address-block.js';

describe('addressBlock', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['', 'unknown'],
    [undefined, 'unknown'],
    ['localhost', 'unknown'],
    ['192.0.2.1, 192.0.2.2', 'unknown'],
    ['192.0.2.01', 'unknown'],
    ['[::1]', 'unknown'],
  ])('RL-07: %s is counted as %s', (address, block) => {
    expect(addressBlock(address)).toBe(block);
  });

  it('RL-07: a thousand addresses of one customer are one', () => {
    const random = () => Math.floor(Math.random() * 0x10000).toString(16);
    const blocks = Array.from({ length: 1000 }, () =>
      addressBlock(`2001:db8:1:2:${random()}:${random()}:${random()}:${random()}`),
    );
    expect(new Set(blocks)).toEqual(new Set(['2001:db8:1:2::/64']));
  });
});
