import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Ask } from '../servers/ready.js';

const prefix = `n${randomBytes(5).toString('hex')}`;
const agent = new Agent({ keepAlive: true });
let count = 0;

/** Asks, waits for the whole answer, and tells its status. @throws if it is neither right nor a 503 */
export function askOnce(origin: string, ask: Ask): Promise<number> {
  const n = count++;
  const others = ask.others ?? [];
  const { path, headers, body } = others[n % (others.length + 1)] ?? ask;
  const text = body?.replaceAll('{n}', prefix + n);
  return new Promise((resolve, reject) => {
    const length = text === undefined ? {} : { 'content-length': Buffer.byteLength(text) };
    const options = { agent, method: ask.method, headers: { ...headers, ...length } };
    const outgoing = request(origin + path, options, (answer) => {
      const status = answer.statusCode ?? 0;
      answer.resume();
      answer.once('end', () => {
        if (status === ask.status || status === 503) resolve(status);
        else reject(new Error(`${ask.method} ${path} was answered ${status}.`));
      });
      answer.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(text);
  });
}
