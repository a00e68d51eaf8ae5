import { writeReport } from './report/write.js';
import { store } from './results.js';
import { workloads } from './workloads/index.js';

// npm run bench               measures everything
// npm run bench -- w1 w3      measures these
// npm run bench -- report     only writes the page again

const wanted = process.argv.slice(2);
const known = ['report', ...workloads.map(({ id }) => id)];
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  throw new Error(`There is no ${unknown.join(', ')}. There is: ${known.join(', ')}.`);
}

for (const { id, title, measure } of workloads) {
  if (wanted.length > 0 && !wanted.includes(id)) continue;
  const began = performance.now();
  console.error(`\n${id}: ${title}`);
  await store(id, await measure());
  console.error(`${id}: ${Math.round((performance.now() - began) / 1000)} s`);
}
writeReport();
console.error('\ndocs/performance.md and docs/performance.svg are written.');
