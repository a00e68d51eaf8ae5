import type { Host } from '../harness/host.js';
import { type MountedRoute, mountedRoutes } from '../harness/mounted-routes.js';
import { Cast } from './cast.js';
import { SecretKeeper } from './invariants.js';
import { faultsOf } from './judge.js';
import { Promotions } from './promotions.js';
import { Random } from './random.js';
import { type FuzzRequest, requestFor } from './requests.js';
import { Tally } from './tally.js';
import { curlOf, type FuzzAnswer, transmit } from './wire.js';

/** Requests under way at once, once each route has been tried. */
const LANES = 4;

/** Somebody may be gone by the doing of the request before; the next time it is somebody else. */
const TRIES = 4;

/** So many events are remembered: the newest mails are among them. */
const EVENTS = 20_000;

/** Sends requests that nobody would send to every route of a running application, and judges the answers. */
export class Fuzzer {
  readonly tally = new Tally();
  readonly secrets = new SecretKeeper();
  /** What should not be, with all that is needed to see it again. */
  readonly faults: string[] = [];
  readonly routes: readonly MountedRoute[];

  readonly #promotions: Promotions;

  private constructor(
    readonly cast: Cast,
    readonly seed: number,
    routes: readonly MountedRoute[],
  ) {
    this.routes = routes;
    this.#promotions = new Promotions(cast.superusers);
  }

  /** @param routes - those that are to be tried. Default: all that the application has */
  static async start(
    host: Host,
    seed: number,
    routes: readonly MountedRoute[] = mountedRoutes(host.app),
  ): Promise<Fuzzer> {
    return new Fuzzer(await Cast.gather(host), seed, routes);
  }

  /** Each route as it should be used, and then whatever chance makes of them. */
  async run(count: number): Promise<void> {
    for (let index = 0; index < this.routes.length; index++) {
      for (let tries = 0; tries < TRIES && (await this.send(index)).status >= 300; tries++);
    }
    let next = this.routes.length;
    const lane = async (): Promise<void> => {
      while (next < count) await this.send(next++);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** The request of one index: the same for the same seed, but for the names of people and their tokens. */
  async send(index: number): Promise<FuzzAnswer> {
    const random = new Random(this.seed, index);
    const isFirst = index < this.routes.length;
    const route = isFirst ? this.routes[index]! : random.pick(this.routes);
    const request = await requestFor(route, this.cast, random, isFirst);
    const { host } = this.cast;
    const end = this.#promotions.begin(request);
    const answer = await transmit(host.origin, request);
    end(answer);

    this.tally.count(request, answer);
    this.secrets.hear(answer.text, `request ${index}`);
    for (const fault of faultsOf(request, answer, this.#promotions.isSuperuser)) {
      this.faults.push(this.#told(index, request, answer, fault));
    }
    await this.#mend(request, answer);
    if (index % 500 === 0 && host.events.all.length > EVENTS) host.events.captured.clear();
    return answer;
  }

  /** Whoever was refused what should be theirs is gone, by the doing of a request before. */
  async #mend({ wrong, of, target }: FuzzRequest, { status }: FuzzAnswer): Promise<void> {
    const { cast } = this;
    const isOdd = status >= 400 && (wrong.length === 0 || status === 401 || status === 403);
    if (isOdd && of) await cast.revive(of);
    if (isOdd && target !== of) await cast.revive(target);
  }

  #told(index: number, request: FuzzRequest, answer: FuzzAnswer, fault: string): string {
    return [
      `${request.route}: ${fault}`,
      `  wrong with it: ${request.wrong.join(', ') || 'nothing'}`,
      `  answer: ${answer.status} ${answer.text.slice(0, 300)}`,
      `  again: FUZZ_SEED=${this.seed} FUZZ_INDEX=${index} npm run fuzz`,
      `  by hand: ${curlOf(request).slice(0, 4000)}`,
    ].join('\n');
  }
}
