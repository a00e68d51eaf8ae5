/** Tells it. From then on the process only answers. */
export function tellReady(ready) {
    process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
}
/** The environment that the runner gives to each server. */
export const environment = {
    platform: process.env['PLATFORM'] ?? 'fastify',
    database: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
    schema: process.env['SCHEMA'] ?? 'public',
    users: Number(process.env['USERS'] ?? 1000),
};
export const SECRET = 'Zk3vQ8rT1xW6yB9nC4mF7hJ2pL5sD0gA-benchmarks';
/** The options that all servers give to TypeORM. */
export const dataSource = { type:'better-sqlite3', database:':memory:', synchronize:true };
/** So many rows, so that a look-up is a look-up. */
export function* emails() {
    for (let n = 0; n < environment.users; n++)
        yield `user${n}@example.com`;
}
//# sourceMappingURL=ready.js.map