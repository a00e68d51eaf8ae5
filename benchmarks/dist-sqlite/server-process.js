import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
/** Whether processes can be bound to a core here: then server and load do not share one. */
const CAN_PIN = spawnSync('taskset', ['-c', '1', 'true']).status === 0;
/** A command of this package, bound to a core where that can be done. */
export function pinned(core, script, args = []) {
    const command = [process.execPath, join(import.meta.dirname, script), ...args];
    return CAN_PIN ? ['taskset', '-c', String(core), ...command] : command;
}
/** A server in a process of its own. */
export class ServerProcess {
    child;
    ready;
    startSeconds;
    constructor(child, ready, 
    /** From the start of the process to the moment when it answers, seeding left out. */
    startSeconds) {
        this.child = child;
        this.ready = ready;
        this.startSeconds = startSeconds;
    }
    static async start(script, env) {
        const [command = '', ...args] = pinned(0, `servers/${script}.js`);
        const began = performance.now();
        const child = spawn(command, args, {
            env: { ...process.env, NODE_ENV: 'production', ...env },
            stdio: ['ignore', 'pipe', 'inherit'],
        });
        const lines = createInterface({ input: child.stdout });
        const ready = await new Promise((resolve, reject) => {
            lines.on('line', (line) => {
                if (line.startsWith('READY '))
                    resolve(JSON.parse(line.slice(6)));
            });
            child.once('exit', (code) => reject(new Error(`${script} ended with ${code}.`)));
        });
        return new ServerProcess(child, ready, (performance.now() - began) / 1000);
    }
    /** Resident memory, in MB. */
    get memory() {
        const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    }
    async stop() {
        const ended = once(this.child, 'exit');
        this.child.kill('SIGKILL');
        await ended;
    }
}
//# sourceMappingURL=server-process.js.map