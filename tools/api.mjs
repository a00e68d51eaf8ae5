import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { join } from 'node:path';
import { publicPackages, root } from './packages.mjs';

// The public API of every package as text, in etc/<package>.api.md.
//   node tools/api.mjs           writes the reports
//   node tools/api.mjs --check   fails where a report differs from the build

const check = process.argv.includes('--check');
const failed = publicPackages().filter((pkg) => !report(pkg));
if (failed.length > 0) {
  const names = failed.map(({ manifest }) => manifest.name).join(', ');
  console.error(
    `API report: ${names}. Read the messages above${check ? '; `npm run api` writes the reports' : ''}.`,
  );
  process.exitCode = 1;
}

/** @param {import('./packages.mjs').Package} pkg */
function report({ folder, directory }) {
  const base = join(root, 'api-extractor.json');
  const configObject = ExtractorConfig.loadFile(base);
  configObject.projectFolder = directory;
  configObject.apiReport = {
    ...configObject.apiReport,
    enabled: true,
    reportFileName: `${folder}.api.md`,
    reportFolder: join(root, 'etc'),
    reportTempFolder: join(root, 'node_modules', '.cache', 'api-extractor'),
  };
  const extractorConfig = ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(directory, 'package.json'),
  });
  const { succeeded } = Extractor.invoke(extractorConfig, { localBuild: !check, messageCallback });
  return succeeded;
}

/**
 * Says what matters only: no banner, no progress.
 *
 * @param {import('@microsoft/api-extractor').ExtractorMessage} message
 */
function messageCallback(message) {
  if (message.logLevel === 'info' || message.logLevel === 'verbose') message.handled = true;
}
