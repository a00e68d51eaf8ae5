import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Host } from '../harness/host.js';
import { newcomer } from '../harness/persona.js';
import { mixedSetups } from '../harness/tell.js';
import { FuzzedApplication } from './applications.js';
import { Fuzzer } from './fuzzer.js';
import { brokenInvariants } from './invariants.js';
import { ProcessWatch } from './process-watch.js';

/** How many requests, over all applications: the short form by default, `npm run fuzz` sends 50,000. */
const COUNT = Number(process.env['FUZZ_REQUESTS'] ?? 2000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_251);
/** One request alone, to be looked at. */
const INDEX = process.env['FUZZ_INDEX'];

const SHARE = Math.ceil(COUNT / mixedSetups.length);
const TIMEOUT = 60_000 + SHARE * 150;

const rows = mixedSetups.map((setup, index) => ({
  ...{ setup, name: Object.values(setup).join(' · ') },
  seed: INDEX === undefined ? SEED + index : SEED,
}));

describe.each(rows)(
  `IN-13: ${SHARE} requests that nobody would send ($name)`,
  ({ setup, name, seed }) => {
    const watch = new ProcessWatch();
    const application = new FuzzedApplication(setup);
    let host: Host;
    let fuzzer: Fuzzer;
    beforeAll(async () => {
      watch.begin();
      host = await Host.start(setup, application.wishes);
      fuzzer = await Fuzzer.start(host, seed);
    });
    afterAll(async () => {
      watch.end();
      await host.close();
      await application.end();
    });

    const all = (): void => {
      it('have answers that hide nothing, and none is a 500', { timeout: TIMEOUT }, async () => {
        await fuzzer.run(SHARE);
        console.log(`${name}, ${application}, seed ${seed}: ${fuzzer.tally}`);
        expect(fuzzer.faults.slice(0, 20)).toEqual([]);
        expect(watch.seen).toEqual([]);
      });

      it('reach every mounted route, and what is behind it', () => {
        expect(fuzzer.tally.unreached(fuzzer.routes)).toEqual([]);
        expect(fuzzer.tally.depth).toBeGreaterThan(0.4);
      });

      it('leave all users as they may be', async () => {
        expect(await brokenInvariants(fuzzer.cast)).toEqual([]);
        expect(await fuzzer.secrets.betrayed(fuzzer.cast)).toEqual([]);
        const honest = await newcomer(host);
        expect((await honest.me()).body).toMatchObject({ email: honest.email });
      });
    };

    const one = (): void => {
      it(`number ${INDEX} alone`, async () => {
        const { status, headers, text } = await fuzzer.send(Number(INDEX));
        console.log(name, status, headers, text);
        expect(fuzzer.faults).toEqual([]);
        expect(watch.seen).toEqual([]);
      });
    };

    (INDEX === undefined ? all : one)();
  },
);

/** Where the limits are counted that are met. */
const LIMITED = {
  express: { emailChange: 'confirmed', stores: 'Redis' },
  fastify: { emailChange: 'confirmed', stores: 'limits in the database' },
} as const;

describe.each(['express', 'fastify'] as const)('IN-13: the same with limits on: %s', (platform) => {
  it('429 is no hiding place', { timeout: TIMEOUT }, async () => {
    const setup = { platform, database: 'sqlite', flavour: 'bare' } as const;
    const application = new FuzzedApplication(setup, LIMITED[platform]);
    const { options, ...wishes } = application.wishes;
    const attemptLimits = { perAddress: { max: 5, perSeconds: 600 } };
    const host = await Host.start(setup, { ...wishes, options: { ...options, attemptLimits } });
    const fuzzer = await Fuzzer.start(host, SEED);
    await fuzzer.run(Math.min(SHARE, 1000));
    console.log(`${platform}, limits on, seed ${SEED}: ${fuzzer.tally}`);
    expect(fuzzer.faults.slice(0, 20)).toEqual([]);
    expect(fuzzer.tally.statuses.get(429)).toBeGreaterThan(5);
    expect(await brokenInvariants(fuzzer.cast)).toEqual([]);
    await host.close();
    await application.end();
  });
});
