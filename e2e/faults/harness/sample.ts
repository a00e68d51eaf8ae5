/** What a load asks for. */
export type Operation = 'me' | 'login' | 'register' | 'forgot' | 'patch' | 'logout';

/** One answer, or what came in its place. */
export interface Sample {
  readonly operation: Operation;
  /** When the request was sent, in milliseconds since the load began. */
  readonly at: number;
  readonly milliseconds: number;
  /** 0: the connection broke. */
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
  /** Nobody took it: nobody listened, or a connection that was kept alive had been closed. */
  readonly isRefused: boolean;
}

/** A request that is under way, or was. */
export interface Sent {
  readonly at: number;
  readonly sample: Promise<Sample>;
  /** As soon as it is answered. */
  status?: number;
}

/** How long a request may be under way, in milliseconds, before it counts as one that waits. */
const UNDER_WAY = 250;

export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

export function endOf({ at, milliseconds }: Sample): number {
  return at + milliseconds;
}

/** Whether nobody waits any more, and the requests of a whole second have all gone well. */
export function isWell(sent: readonly Sent[], now: number): boolean {
  const due = sent.filter(({ at }) => at < now - UNDER_WAY);
  const latest = due.filter(({ at }) => at >= now - UNDER_WAY - 1000);
  return (
    latest.length > 0 &&
    due.every(({ status }) => status !== undefined) &&
    latest.every(({ status }) => isGood(status!))
  );
}
