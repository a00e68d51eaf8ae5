import type { OnApplicationShutdown } from '@nestjs/common';
import type { Attributes } from './attributes.js';
import type { CounterName, GaugeName, HistogramName } from './instruments.js';
import { loadOtelApi, type OtelApi } from './otel-api.js';
import { OtelInstruments } from './otel-instruments.js';
import { outcomeOf } from './outcome.js';

/** What a module's telemetry is made of. */
export interface TelemetryOptions {
  /** Name of the module: an application may have several, each with its own users. */
  readonly module: string;
  /** See `UsersModuleOptions.telemetry`. */
  readonly isOn: boolean;
}

/** What a piece of work is seen as. */
interface Watched<T> {
  readonly span: string;
  readonly attributes?: Attributes;
  /** What became of it, where it ended without an error. Default `ok`. */
  readonly outcome?: (result: T) => string;
}

/**
 * What the library tells OpenTelemetry. Where an application has no `@opentelemetry/api`, or wants
 * none of it, everything here is one look at `undefined`.
 *
 * No attribute says who: no id, no address, no text of a client. Each has few values.
 */
export class UsersTelemetry implements OnApplicationShutdown {
  readonly #otel: OtelInstruments | undefined;

  /** @param load - its type says nothing of the API: applications without it compile against this file */
  constructor({ isOn, module }: TelemetryOptions, load: () => object | undefined = loadOtelApi) {
    const api = isOn ? load() : undefined;
    this.#otel = api && new OtelInstruments(api as OtelApi, module);
  }

  /** Whether anybody may listen: for what costs something to find out. */
  get isOn(): boolean {
    return this.#otel !== undefined;
  }

  /** Counts one more. */
  count(name: CounterName, attributes: Attributes): void {
    this.#otel?.count(name, attributes);
  }

  /** Looks at a number whenever it is read, until the application ends. */
  observe(name: GaugeName, read: () => number): void {
    this.#otel?.observe(name, read);
  }

  /** Does a piece of work, as a span of the trace that it belongs to. */
  span<T>(watched: Watched<T>, work: () => Promise<T>): Promise<T> {
    const { span, attributes = {}, outcome = () => 'ok' } = watched;
    return this.#otel ? this.#otel.span({ name: span, attributes, outcome }, work) : work();
  }

  /** The same, and its time goes into a histogram. */
  async timed<T>(name: HistogramName, watched: Watched<T>, work: () => Promise<T>): Promise<T> {
    const otel = this.#otel;
    if (!otel) return work();
    const start = performance.now();
    const record = (outcome: string): void =>
      otel.record(name, (performance.now() - start) / 1000, { ...watched.attributes, outcome });
    try {
      const result = await this.span(watched, work);
      record(watched.outcome?.(result) ?? 'ok');
      return result;
    } catch (error) {
      record(outcomeOf(error));
      throw error;
    }
  }

  /** Does a piece of work, and counts what became of it. */
  async counted<T>(name: CounterName, watched: Watched<T>, work: () => Promise<T>): Promise<T> {
    if (!this.#otel) return work();
    const count = (outcome: string): void => this.count(name, { ...watched.attributes, outcome });
    try {
      const result = await this.span(watched, work);
      count(watched.outcome?.(result) ?? 'ok');
      return result;
    } catch (error) {
      count(outcomeOf(error));
      throw error;
    }
  }

  onApplicationShutdown(): void {
    this.#otel?.end();
  }
}

/** Of code without a module: tells nobody anything. */
export const NO_TELEMETRY = new UsersTelemetry({ module: 'users', isOn: false });
