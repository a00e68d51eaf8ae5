import { addressBlock } from '../limits/address-block.js';
import type { SecurityRecord } from './security-log.js';

/** Of the same, one record in this time says enough. */
const EVERY_MS = 60_000;

/** So many kinds are told apart. What comes beyond them within that time is one kind for each event. */
const MAX_KINDS = 1000;

/** The last record of a kind, and how many were left out since. */
interface Entry {
  readonly event: string;
  readonly recordedAt: number;
  leftOut: number;
}

/**
 * Thins out what a client can repeat at will, at no cost: whoever is refused goes on, and must not fill
 * the disk. The next record of the same says how many were left out.
 */
export class RareRecords {
  /** In the order in which they were recorded. */
  readonly #kinds = new Map<string, Entry>();
  /** All beyond {@link MAX_KINDS}, by event: whoever has addresses enough must not get a record for each. */
  readonly #others = new Map<string, Entry>();

  /** The record as it is to be written; nothing, if it is to be left out. */
  thin(record: SecurityRecord): SecurityRecord | undefined {
    const kind = kindOf(record);
    if (!kind) return record;
    const now = performance.now();
    const key = JSON.stringify([record.event, ...kind]);
    const hasPlace = this.#kinds.has(key) || this.#makeRoom(now);
    return hasPlace
      ? thinIn(this.#kinds, key, record, now, 'repeated')
      : thinIn(this.#others, record.event, record, now, 'othersLeftOut');
  }

  /** Whether there is room for another kind: the one that was recorded longest ago may be forgotten. */
  #makeRoom(now: number): boolean {
    if (this.#kinds.size < MAX_KINDS) return true;
    const [oldest] = this.#kinds;
    if (!oldest || isRecent(oldest[1], now)) return false;
    const [key, { event, leftOut }] = oldest;
    this.#kinds.delete(key);
    // Whatever was left out is told some day.
    const others = this.#others.get(event);
    if (others) others.leftOut += leftOut;
    else if (leftOut > 0) this.#others.set(event, { event, recordedAt: -EVERY_MS, leftOut });
    return true;
  }
}

function thinIn(
  entries: Map<string, Entry>,
  key: string,
  record: SecurityRecord,
  now: number,
  detail: 'repeated' | 'othersLeftOut',
): SecurityRecord | undefined {
  const last = entries.get(key);
  if (last && isRecent(last, now)) {
    last.leftOut++;
    return undefined;
  }
  // Behind all others.
  entries.delete(key);
  entries.set(key, { event: record.event, recordedAt: now, leftOut: 0 });
  if (!last?.leftOut) return record;
  return { ...record, details: { ...record.details, [detail]: last.leftOut } };
}

function isRecent({ recordedAt }: Entry, now: number): boolean {
  return now - recordedAt < EVERY_MS;
}

/** What makes two records the same; nothing, where each counts: other refusals have limits. */
function kindOf(record: SecurityRecord): readonly unknown[] | undefined {
  const { details, userId, account, address, reason, backend } = record;
  // A customer of IPv6 has addresses enough for a record each.
  const client = addressBlock(address ?? undefined);
  if (record.event === 'limit.reached') return [details, userId ?? account, client];
  if (record.event === 'access.denied') return [userId, reason, backend, client];
  return undefined;
}
