import { expect, it } from 'vitest';
import { inTurn, newAddress, statuses, tryPassword } from '../harness/attempts.js';
import type { Answer } from '../harness/client.js';
import type { Host, HostOptions } from '../harness/host.js';
import { newEmail } from '../harness/leaks.js';
import { everyPlatform, tell } from '../harness/tell.js';

const bare = everyPlatform.filter(({ flavour }) => flavour === 'bare');
const MAX = 5;

const limited = (wishes: HostOptions = {}): HostOptions => ({
  ...wishes,
  options: { attemptLimits: { perAddress: { max: MAX, perSeconds: 600 } } },
});

/** A wrong password for an account that nobody has guessed at before. */
const guess = (host: Host, forwardedFor: string, from?: string): Promise<Answer> =>
  tryPassword(host, newEmail(), 'wrong', { forwardedFor, ...(from !== undefined && { from }) });

let networks = 0;
/** A /64 of a customer's own. */
const newNetwork = (): string => `2001:db8:7:${(++networks).toString(16)}`;

tell(
  'Clients behind a proxy that the application trusts',
  bare,
  (stage) => {
    it('RL-07: a thousand addresses of one /64 are one client', async () => {
      const { host } = stage;
      const network = newNetwork();
      host.hasher.reset();
      const answers = await inTurn(1000, (n) => {
        const word = (part: number) => ((n * 7919 * part) % 0x10000).toString(16);
        return guess(host, `${network}:${word(1)}:${word(3)}:${word(5)}:${n.toString(16)}`);
      });
      expect(statuses(answers)).toEqual([...Array(MAX).fill(400), ...Array(1000 - MAX).fill(429)]);
      expect(host.hasher.verifications).toBe(MAX);
      expect((await guess(host, `${newNetwork()}::1`)).status).toBe(400);
    });

    it('RL-07: all spellings of an address are one', async () => {
      const { host } = stage;
      const spellings = ['203.0.113.9', '::ffff:203.0.113.9', '::FFFF:CB00:7109'];
      const answers = await inTurn(8, (n) => guess(host, spellings[n % 3]!));
      expect(statuses(answers)).toEqual([...Array(MAX).fill(400), 429, 429, 429]);

      const network = newNetwork();
      const long = [`${network}::1`, `${network.toUpperCase()}:0:0:0:1`, `${network}:0000::0001`];
      const others = await inTurn(8, (n) => guess(host, long[n % 3]!));
      expect(statuses(others)).toEqual([...Array(MAX).fill(400), 429, 429, 429]);
    });

    it('RL-07: what a client has put before the proxy’s word counts for nothing', async () => {
      const { host } = stage;
      const answers = await inTurn(8, (n) => guess(host, `192.0.2.${n}, 203.0.113.77`));
      expect(statuses(answers)).toEqual([...Array(MAX).fill(400), 429, 429, 429]);
      // And of two honest clients behind it, each has a budget of their own.
      expect((await guess(host, '192.0.2.1, 203.0.113.78')).status).toBe(400);
    });

    it('RL-07: what is no address is a client as well', async () => {
      const { host } = stage;
      const words = ['unknown', '_hidden', 'x', '[::1]', '203.0.113.1:80', "'--", 'localhost'];
      const answers = await inTurn(14, (n) => guess(host, words[n % words.length]!));
      expect(statuses(answers)).toEqual([...Array(MAX).fill(400), ...Array(9).fill(429)]);
    });
  },
  limited({ trustedProxies: 'loopback' }),
);

tell(
  'Clients that name another address, where no proxy is trusted',
  bare,
  (stage) => {
    it('RL-07: are who they are', async () => {
      const { host } = stage;
      const from = newAddress();
      const claims = ['192.0.2.1', '::1', '127.0.0.1, 10.0.0.1', 'unknown', '2001:db8::1', ''];
      const answers = await inTurn(12, (n) => guess(host, claims[n % 6]!, from));
      expect(statuses(answers)).toEqual([...Array(MAX).fill(400), ...Array(7).fill(429)]);
    });

    it('RL-07: and cannot spend the budget of others', async () => {
      const { host } = stage;
      const [attacker, victim] = [newAddress(), newAddress()];
      await inTurn(12, () => guess(host, victim, attacker));
      expect((await guess(host, attacker, victim)).status).toBe(400);
    });
  },
  limited(),
);
