import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** One line of a metric: what it is about, and its number (of a histogram: how many). */
export interface Measured {
  readonly value: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What an application's SDK would send away, kept here. For the whole process: start it once. */
export class TelemetryProbe {
  readonly #spans = new InMemorySpanExporter();
  readonly #metrics = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  readonly #reader = new PeriodicExportingMetricReader({
    exporter: this.#metrics,
    exportIntervalMillis: 3_600_000,
  });
  readonly #meters = new MeterProvider({ readers: [this.#reader] });

  start(): this {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    metrics.setGlobalMeterProvider(this.#meters);
    const spanProcessors = [new SimpleSpanProcessor(this.#spans)];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
    return this;
  }

  async stop(): Promise<void> {
    await this.#meters.shutdown();
    for (const api of [context, metrics, trace]) api.disable();
  }

  /** What was measured while something was done. */
  async during(deed: () => Promise<unknown>): Promise<Measurements> {
    await this.#collect();
    this.#spans.reset();
    await deed();
    return new Measurements(await this.#collect(), this.#spans.getFinishedSpans());
  }

  async #collect(): Promise<ResourceMetrics[]> {
    this.#metrics.reset();
    await this.#reader.forceFlush();
    return this.#metrics.getMetrics();
  }
}

/** What was sent away of some deed. */
export class Measurements {
  constructor(
    private readonly exports: readonly ResourceMetrics[],
    readonly spans: readonly ReadableSpan[],
  ) {}

  get #all() {
    return this.exports
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .filter(({ scope }) => scope.name === '@nestjs-users/core')
      .flatMap(({ metrics: found }) => found);
  }

  get names(): string[] {
    return this.#all.map(({ descriptor }) => descriptor.name).toSorted();
  }

  unitOf(name: string): string | undefined {
    return this.#all.find(({ descriptor }) => descriptor.name === `nestjs_users.${name}`)
      ?.descriptor.unit;
  }

  /** The lines of a metric, without `nestjs_users.` and the module. */
  of(name: string): Measured[] {
    return this.#all
      .filter(({ descriptor }) => descriptor.name === `nestjs_users.${name}`)
      .flatMap(({ dataPoints }) => dataPoints as readonly DataPoint<number | Histogram>[])
      .map(({ value, attributes }) => ({
        value: typeof value === 'number' ? value : value.count,
        attributes: Object.fromEntries(
          Object.entries(attributes)
            .map(([key, text]) => [key.replace('nestjs_users.', ''), text] as const)
            .filter(([key]) => key !== 'module'),
        ),
      }));
  }

  /** Of a counter with one backend: how often each outcome. */
  outcomes(name: string): Record<string, number> {
    return Object.fromEntries(
      this.of(name).map(({ value, attributes }) => [String(attributes['outcome']), value]),
    );
  }

  /** Everything that leaves the process, as text. */
  print(): string {
    const spans = this.spans.map(({ name, attributes, events, status }) => ({
      ...{ name, attributes, events, status },
    }));
    return JSON.stringify([this.#all, spans]);
  }
}
