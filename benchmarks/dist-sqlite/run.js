import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { report } from './report.js';
import { pinned, ServerProcess } from './server-process.js';
const DATABASE_URL = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const SECONDS = Number(process.env['SECONDS'] ?? 4);
const CONNECTIONS = 32;
const platforms = ['fastify', 'express'];
function candidates(platform) {
    const env = { PLATFORM: platform };
    const floor = { name: 'floor', script: 'floor', env };
    return [
        { name: 'hand-written, JWT', script: 'hand-written', env },
        { name: 'this library, JWT', script: 'library', env: { ...env, BACKEND: 'jwt' } },
        { name: 'this library, stored token', script: 'library', env: { ...env, BACKEND: 'stored' } },
        ...(platform === 'fastify' ? [floor] : []),
    ];
}
/** One run of load against a server. */
function load({ ready }, seconds) {
    const options = JSON.stringify({ ...ready, connections: CONNECTIONS, seconds });
    const [command = '', ...args] = pinned(1, 'load.js', [options]);
    return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}
async function withSchemas(count, work) {
    const names = Array.from({ length: count }, () => `bench_${randomBytes(6).toString('hex')}`);
    const client = new Client(DATABASE_URL);
    await client.connect();
    try {
        for (const name of names)
            await client.query(`create schema ${name}`);
        return await work(names);
    }
    finally {
        for (const name of names)
            await client.query(`drop schema ${name} cascade`);
        await client.end();
    }
}
/** Runs in turn: what the machine does meanwhile happens to all of them. */
async function measure(platform) {
    const all = candidates(platform);
    return withSchemas(all.length, async (schemas) => {
        const servers = [];
        try {
            for (const [index, { script, env }] of all.entries()) {
                const own = { ...env, DATABASE_URL, SCHEMA: schemas[index] ?? '' };
                servers.push(await ServerProcess.start(script, own));
            }
            const memoryAtStart = servers.map(({ memory }) => memory);
            for (const server of servers)
                load(server, SECONDS);
            const runs = all.map(() => []);
            for (let round = 0; round < ROUNDS; round++) {
                for (const [index, server] of servers.entries())
                    runs[index]?.push(load(server, SECONDS));
                console.error(`${platform}: round ${round + 1} of ${ROUNDS}`);
            }
            return all.map(({ name }, index) => ({
                platform,
                name,
                runs: runs[index] ?? [],
                memoryAtStart: memoryAtStart[index] ?? 0,
                memoryAfterLoad: servers[index]?.memory ?? 0,
            }));
        }
        finally {
            for (const server of servers)
                await server.stop();
        }
    });
}
const measurements = [];
for (const platform of platforms)
    measurements.push(...(await measure(platform)));
const { stdout } = spawnSync('psql', ['--version'], { encoding: 'utf8' });
const root = join(import.meta.dirname, '..', '..');
const { markdown, svg } = report(measurements, {
    rounds: ROUNDS,
    seconds: SECONDS,
    connections: CONNECTIONS,
    database: stdout?.trim() || 'PostgreSQL',
});
writeFileSync(join(root, 'docs', 'performance.md'), markdown);
writeFileSync(join(root, 'docs', 'performance.svg'), svg);
console.log(markdown);
//# sourceMappingURL=run.js.map