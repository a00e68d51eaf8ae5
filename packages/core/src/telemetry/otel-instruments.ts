import type { Counter, Histogram, Meter, ObservableResult, Tracer } from '@opentelemetry/api';
import { type Attributes, namedAttributes } from './attributes.js';
import {
  BOUNDARIES,
  type CounterName,
  COUNTERS,
  type GaugeName,
  GAUGES,
  type HistogramName,
  HISTOGRAMS,
} from './instruments.js';
import type { OtelApi } from './otel-api.js';
import { type WatchedSpan, watchedSpan } from './watched-span.js';

const SCOPE = '@nestjs-users/core';

/**
 * The instruments of one module. They are made when they are first used: one that is made before the
 * application's SDK has started would stay empty for ever.
 */
export class OtelInstruments {
  readonly #counters = new Map<CounterName, Counter>();
  readonly #histograms = new Map<HistogramName, Histogram>();
  readonly #ends: (() => void)[] = [];
  #meter: Meter | undefined;
  #tracer: Tracer | undefined;

  constructor(
    private readonly api: OtelApi,
    private readonly module: string,
  ) {}

  count(name: CounterName, attributes: Attributes): void {
    let counter = this.#counters.get(name);
    if (!counter) {
      counter = this.#openMeter().createCounter(name, COUNTERS[name]);
      this.#counters.set(name, counter);
    }
    counter.add(1, namedAttributes(this.module, attributes));
  }

  record(name: HistogramName, seconds: number, attributes: Attributes): void {
    let histogram = this.#histograms.get(name);
    if (!histogram) {
      const advice = { explicitBucketBoundaries: BOUNDARIES };
      histogram = this.#openMeter().createHistogram(name, { ...HISTOGRAMS[name], advice });
      this.#histograms.set(name, histogram);
    }
    histogram.record(seconds, namedAttributes(this.module, attributes));
  }

  observe(name: GaugeName, read: () => number): void {
    const gauge = this.#openMeter().createObservableGauge(name, GAUGES[name]);
    const attributes = namedAttributes(this.module, {});
    const look = (result: ObservableResult): void => result.observe(read(), attributes);
    gauge.addCallback(look);
    this.#ends.push(() => gauge.removeCallback(look));
  }

  span<T>(span: WatchedSpan<T>, work: () => Promise<T>): Promise<T> {
    this.#tracer ??= this.api.trace.getTracer(SCOPE);
    const attributes = namedAttributes(this.module, span.attributes);
    return watchedSpan(this.#tracer, { ...span, attributes }, work);
  }

  /** Lets go of what is looked at. */
  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  #openMeter(): Meter {
    this.#meter ??= this.api.metrics.getMeter(SCOPE);
    return this.#meter;
  }
}
