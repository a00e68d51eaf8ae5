/** What one turn of load has shown. Times are milliseconds. */
export interface Run {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Answers that said "try again later" (503): they are no work. */
  readonly refused: number;
  /** Each answer's time, where they are few. */
  readonly times?: readonly number[];
}

/** What the process that makes the load is told. */
export interface Load {
  readonly origin: string;
  readonly ask: import('../servers/ready.js').Ask;
  readonly seconds: number;
  /** Connections that ask again as soon as they are answered. */
  readonly connections?: number;
  /** Or requests a second, whatever the answers do. */
  readonly rate?: number;
}
