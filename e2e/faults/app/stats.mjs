import { Controller, Get, Inject, Module, Query } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DataSource } from 'typeorm';

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

const warnings = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));

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

  stats() {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    const loop = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
    delay.reset();
    const { master, pool } = this.dataSource.driver;
    // mysql2 tells nobody else how its pool is.
    const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = pool ?? {};
    return {
      heap: heapUsed / 2 ** 20,
      rss: rss / 2 ** 20,
      loop,
      warnings,
      ...(master && {
        pool: { total: master.totalCount, idle: master.idleCount, waiting: master.waitingCount },
      }),
      ...(all && { pool: { total: all.length, idle: free.length, waiting: queue.length } }),
    };
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
route('hold');
route('arrived');

function route(name) {
  const descriptor = Object.getOwnPropertyDescriptor(StatsController.prototype, name);
  Get(name)(StatsController.prototype, name, descriptor);
}

export class StatsModule {}
Module({ controllers: [StatsController] })(StatsModule);
