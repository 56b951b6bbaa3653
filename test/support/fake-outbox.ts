import type { OutboxItem, OutboxStore } from '../../src/app/ports.js';
import type { Notification } from '../../src/domain/incident/notification.js';

export interface FakeOutbox extends OutboxStore {
  /** What a commit does: rows come and go. */
  put(...notifications: readonly Notification[]): void;
  take(...ids: readonly string[]): void;
  row(id: string): OutboxItem | undefined;
  size(): number;
  /** Every call of the given method rejects with the error until told null. */
  failWith(method: keyof OutboxStore, error: Error | null): void;
  /** Calls of `next` so far, and the largest limit asked for. */
  reads(): { readonly calls: number; readonly largestLimit: number };
}

/** An outbox in memory, ordered as the port says. */
export function createFakeOutbox(): FakeOutbox {
  const rows = new Map<string, OutboxItem>();
  const failures = new Map<keyof OutboxStore, Error>();
  let calls = 0;
  let largestLimit = 0;

  const reached = (method: keyof OutboxStore): Promise<void> => {
    const error = failures.get(method);
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  };
  const oldestFirst = (a: OutboxItem, b: OutboxItem): number =>
    a.notification.createdAt - b.notification.createdAt;

  return {
    put(...notifications) {
      for (const notification of notifications) {
        rows.set(notification.id, { notification, attempts: 0, nextAttemptAt: 0 });
      }
    },
    take(...ids) {
      for (const id of ids) rows.delete(id);
    },
    row: (id) => rows.get(id),
    size: () => rows.size,
    failWith(method, error) {
      if (error === null) failures.delete(method);
      else failures.set(method, error);
    },
    reads: () => ({ calls, largestLimit }),
    async pending() {
      await reached('pending');
      return [...rows.values()].sort(oldestFirst);
    },
    async backlog() {
      await reached('backlog');
      const counts = new Map<string, number>();
      for (const { notification } of rows.values()) {
        counts.set(notification.notifier, (counts.get(notification.notifier) ?? 0) + 1);
      }
      return counts;
    },
    async next(notifier, limit) {
      await reached('next');
      calls += 1;
      largestLimit = Math.max(largestLimit, limit);
      return [...rows.values()]
        .filter((row) => row.notification.notifier === notifier)
        .sort((a, b) => a.nextAttemptAt - b.nextAttemptAt || oldestFirst(a, b))
        .slice(0, limit);
    },
    async stillWaiting(ids) {
      await reached('stillWaiting');
      return new Set(ids.filter((id) => rows.has(id)));
    },
    async recordAttempt(id, { attempts, nextAttemptAt }) {
      await reached('recordAttempt');
      const row = rows.get(id);
      if (row !== undefined) rows.set(id, { ...row, attempts, nextAttemptAt });
    },
  };
}
