import { afterAll, beforeAll, describe } from 'vitest';
import { databases } from './databases.js';
import { Host, type HostOptions, type Setup } from './host.js';

const platforms = ['express', 'fastify'] as const;
const flavours = ['bare', 'hostile'] as const;

/** Every platform × database × flavour. */
export const everySetup: readonly Setup[] = platforms.flatMap((platform) =>
  databases.flatMap((database) => flavours.map((flavour) => ({ platform, database, flavour }))),
);

/** Every platform and flavour on the embedded database: for what the database has no part in. */
export const everyPlatform = everySetup.filter(({ database }) => database === 'sqlite');

/** Every database on one platform: for what HTTP has no part in. */
export const everyDatabase = everySetup.filter(
  ({ platform, flavour }) => platform === 'fastify' && flavour === 'hostile',
);

/** Every platform, flavour and database; not each with each, where there is much to send. */
export const mixedSetups = everySetup.filter(
  ({ database, flavour }) => database === 'sqlite' || flavour === 'hostile',
);

/** Tells stories on running applications, one for each set-up. */
export function tell(
  title: string,
  setups: readonly Setup[],
  stories: (stage: { readonly host: Host }, setup: Setup) => void,
  options: HostOptions = {},
): void {
  describe.each(setups.map((setup) => ({ setup, name: Object.values(setup).join(' · ') })))(
    `${title} ($name)`,
    ({ setup }) => {
      const stage = {} as { host: Host };
      beforeAll(async () => {
        stage.host = await Host.start(setup, options);
      });
      afterAll(() => stage.host?.close());
      stories(stage, setup);
    },
  );
}
