const NEEDED = [
  /^LICENSE$/,
  /^README\.md$/,
  /^package\.json$/,
  /^dist\/index\.js$/,
  /^dist\/index\.d\.ts$/,
];
const UNWANTED = /\.tsbuildinfo$|\.spec\.|fixture|^src\//;

/**
 * The tarball has what a user needs, and nothing that only we need.
 *
 * @param {import('../pack.mjs').PackedPackage} pkg
 */
export function tarballContents({ manifest, files }) {
  for (const needed of NEEDED) {
    if (!files.some((file) => needed.test(file))) {
      throw new Error(
        `${manifest.name}: the tarball has no ${needed.source.replace(/[\\^$]/g, '')}`,
      );
    }
  }
  const unwanted = files.filter((file) => UNWANTED.test(file));
  if (unwanted.length > 0) {
    throw new Error(`${manifest.name}: not to be published: ${unwanted.join(', ')}`);
  }
}
