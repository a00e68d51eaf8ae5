import type { NotedOperation } from './document.js';

/** Numbers the operations of a route that stands at several paths, in several versions for instance. */
export function nameApart(operations: readonly NotedOperation[]): void {
  const counts = new Map<string, number>();
  for (const { operation } of operations) {
    const { operationId } = operation;
    if (operationId === undefined) continue;
    const count = (counts.get(operationId) ?? 0) + 1;
    counts.set(operationId, count);
    if (count > 1) operation.operationId = `${operationId}_${count}`;
  }
}
