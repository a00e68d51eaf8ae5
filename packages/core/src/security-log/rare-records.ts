import { addressBlock } from '../limits/address-block.js';
import type { SecurityRecord } from './security-log.js';

/** Of the same, one record in this time says enough. */
const EVERY_MS = 60_000;

/** So many kinds are remembered; then the one that was recorded longest ago is forgotten. */
const MAX_KINDS = 1000;

/** The last record of a kind, and how many were left out since. */
interface Entry {
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

  /** The record as it is to be written; nothing, if it is to be left out. */
  thin(record: SecurityRecord): SecurityRecord | undefined {
    const kind = kindOf(record);
    if (!kind) return record;
    const key = JSON.stringify([record.event, ...kind]);
    const now = performance.now();
    const last = this.#kinds.get(key);
    if (last && now - last.recordedAt < EVERY_MS) {
      last.leftOut++;
      return undefined;
    }
    this.#remember(key, { recordedAt: now, leftOut: 0 });
    return last?.leftOut
      ? { ...record, details: { ...record.details, repeated: last.leftOut } }
      : record;
  }

  #remember(key: string, entry: Entry): void {
    this.#kinds.delete(key);
    this.#kinds.set(key, entry);
    if (this.#kinds.size <= MAX_KINDS) return;
    const [oldest = ''] = this.#kinds.keys();
    this.#kinds.delete(oldest);
  }
}

/** What makes two records the same; nothing, where each counts: other refusals have limits. */
function kindOf(record: SecurityRecord): readonly unknown[] | undefined {
  const { details, userId, account, address, reason, backend } = record;
  // A customer of IPv6 has addresses enough for a record each.
  const client = addressBlock(address ?? undefined);
  if (record.event === 'limit.reached') return [details, userId ?? account, client];
  if (record.event === 'access.denied') return [userId, reason, backend];
  return undefined;
}
