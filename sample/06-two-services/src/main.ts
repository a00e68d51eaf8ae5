import { fork } from 'node:child_process';
import { join } from 'node:path';

// Two processes, as two services are: neither can look into the other.
const services = ['accounts', 'orders'].map((name) =>
  fork(join(import.meta.dirname, name, 'main.js')),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const service of services) service.kill(signal);
  });
}
