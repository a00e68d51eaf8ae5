import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
const BASE = 'hand-written, JWT';
const PACKAGES = ['@nestjs/core', 'typeorm', 'passport-jwt', 'fastify', 'pg'];
export function report(measurements, conditions) {
    return { markdown: markdown(measurements, conditions), svg: plot(measurements) };
}
function markdown(measurements, conditions) {
    const { rounds, seconds, connections, database } = conditions;
    const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ');
    const rows = measurements.map((measurement) => {
        const { platform, name, runs, memoryAtStart, memoryAfterLoad } = measurement;
        const base = baseOf(measurements, platform);
        const ratios = runs.map((run, round) => run.requestsPerSecond / perSecond(base, round));
        return [
            platform,
            name,
            Math.round(median(runs.map((run) => run.requestsPerSecond))),
            `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`,
            median(runs.map(({ p50 }) => p50)),
            median(runs.map(({ p99 }) => p99)),
            `${Math.round(memoryAtStart)} / ${Math.round(memoryAfterLoad)}`,
        ].join(' | ');
    });
    return `# Performance

Made by \`npm run bench\`; how it is measured stands in \`benchmarks/\`. Absolute figures are those of one machine on one day; the ratios were taken side by side, in turn.

## Who am I

\`GET /users/me\`: token, user row, answer. **Hand-written** is Nest with Passport, passport-jwt and TypeORM as its documentation shows it, with the key made once (a text as the key costs three times as much). **Floor** is Fastify with one prepared statement, and nothing else. A **stored token** costs one look-up more, which the hand-written code does not have.

![Requests a second](performance.svg)

| platform | server | requests a second | ratio to hand-written (spread) | p50 ms | p99 ms | MB at start / after load |
| --- | --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}

The aim is 2.5 on Fastify and 1.5 on Express. It is not reached: with PostgreSQL on the same cores, the floor itself is hardly higher, and most of the time goes into asking it.

${rounds} rounds of ${seconds} seconds with ${connections} connections, after one that was not counted; medians. 1000 users. Server and load are processes of their own, each on its core; the database takes what is left.

${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}, ${database}. ${versions}.
`;
}
/** Bars, one for each server. */
function plot(measurements) {
    const values = measurements.map(({ runs }) => median(runs.map((run) => run.requestsPerSecond)));
    const scale = 420 / Math.max(...values);
    const bars = measurements.map(({ platform, name }, index) => {
        const y = 20 + index * 30;
        const value = values[index] ?? 0;
        const width = Math.round(value * scale);
        const color = name.startsWith('this library') ? '#e0234e' : '#8a8a8a';
        return (`<text x="250" y="${y + 15}" text-anchor="end">${platform}: ${name}</text>` +
            `<rect x="260" y="${y}" width="${width}" height="20" fill="${color}"/>` +
            `<text x="${266 + width}" y="${y + 15}">${Math.round(value)}</text>`);
    });
    const height = 30 + measurements.length * 30;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}" font-family="sans-serif" font-size="13">
<title>Requests a second, GET /users/me</title>
<rect width="760" height="${height}" fill="#fff"/>
${bars.join('\n')}
</svg>
`;
}
function baseOf(measurements, platform) {
    return measurements.find((other) => other.platform === platform && other.name === BASE);
}
function perSecond(base, round) {
    return base?.runs[round]?.requestsPerSecond ?? Number.NaN;
}
function median(values) {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    if (sorted.length % 2 === 1)
        return sorted[middle] ?? Number.NaN;
    return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
function versionOf(name) {
    const file = join(import.meta.dirname, '..', '..', 'node_modules', name, 'package.json');
    return JSON.parse(readFileSync(file, 'utf8')).version;
}
//# sourceMappingURL=report.js.map