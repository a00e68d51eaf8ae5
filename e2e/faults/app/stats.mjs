import { Controller, Get, Inject, Module, Query } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { hasher } from './hashers.mjs';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

const warnings = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

/** Most memory since the last question. */
let peak = 0;
setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20).unref();

/** Threads of JavaScript: those that run, and the most that ever ran at a time. */
const threads = { running: 0, most: 0 };
process.on('worker', (worker) => {
  threads.most = Math.max(threads.most, ++threads.running);
  worker.once('exit', () => threads.running--);
});

/** What the process knows of itself; each reading of the event loop begins anew. */
class StatsController {
  constructor(dataSource, host) {
    this.dataSource = dataSource;
    this.host = host;
    this.marked = 0;
  }

  onModuleInit() {
    this.host.httpAdapter.getHttpServer().on('request', ({ headers }) => {
      if ('x-marked' in headers) this.marked++;
    });
  }

  /** How many requests with such a header have come as far as here. */
  arrived() {
    return { marked: this.marked };
  }

  health() {
    return { status: 'ok' };
  }

  async stats() {
    const loop = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    // The meter hears of the collection in its next turn; that one is nobody's delay but this question's.
    await sleep(20);
    delay.reset();
    const peakRss = Math.max(peak, rss) / 2 ** 20;
    peak = 0;
    const { master, pool } = this.dataSource.driver;
    // mysql2 tells nobody else how its pool is.
    const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = pool ?? {};
    return {
      heap: heapUsed / 2 ** 20,
      rss: rss / 2 ** 20,
      peakRss,
      loop,
      threads,
      warnings,
      ...(master && {
        pool: { total: master.totalCount, idle: master.idleCount, waiting: master.waitingCount },
      }),
      ...(all && { pool: { total: all.length, idle: free.length, waiting: queue.length } }),
    };
  }

  /** Passwords that wait for a thread; it collects nothing, and disturbs nobody. */
  hashes() {
    return hasher.queue ?? {};
  }

  /** Takes connections out of the pool for a while, as somebody else's long statement does. */
  async hold({ connections, milliseconds }) {
    const runners = Array.from({ length: Number(connections) }, () =>
      this.dataSource.createQueryRunner(),
    );
    await Promise.all(runners.map((runner) => runner.connect()));
    setTimeout(() => runners.forEach((runner) => runner.release()), Number(milliseconds));
    return { held: connections };
  }
}
Inject(DataSource)(StatsController, undefined, 0);
Inject(HttpAdapterHost)(StatsController, undefined, 1);
Query()(StatsController.prototype, 'hold', 0);
Controller()(StatsController);
route('health');
route('stats');
route('hashes');
route('hold');
route('arrived');

function route(name) {
  const descriptor = Object.getOwnPropertyDescriptor(StatsController.prototype, name);
  Get(name)(StatsController.prototype, name, descriptor);
}

export class StatsModule {}
Module({ controllers: [StatsController] })(StatsModule);
