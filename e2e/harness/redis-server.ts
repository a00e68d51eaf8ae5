import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';

/** Whether a Redis can be started; where CI says so, it must. */
export const canStartRedis: boolean = isInstalled();

/** A Redis of a story's own, which can be stopped, killed and emptied. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Empty: nothing of it is on a disk. */
  async restart(): Promise<void> {
    const own = [
      '--port',
      String(this.port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
    ];
    this.#process = spawn('redis-server', own, { stdio: 'ignore' });
    await this.#answers();
  }

  /** At once, as when a machine goes. */
  async kill(): Promise<void> {
    const ended = once(this.#process!, 'exit');
    this.#process?.kill('SIGKILL');
    await ended;
  }

  /** It is there, and answers nobody. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async flushAll(): Promise<void> {
    const client = new Redis(this.url);
    await client.flushall();
    client.disconnect();
  }

  async #answers(): Promise<void> {
    const client = new Redis(this.url, { retryStrategy: () => 20 });
    client.on('error', () => {});
    await client.ping();
    client.disconnect();
  }
}

function isInstalled(): boolean {
  const isThere = spawnSync('redis-server', ['--version']).status === 0;
  if (!isThere && process.env['CI'] === 'true') throw new Error('There is no redis-server.');
  if (!isThere) console.warn('Left out: there is no redis-server to start and stop.');
  return isThere;
}
