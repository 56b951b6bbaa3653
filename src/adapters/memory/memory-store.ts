import type { OutboxStore, Store } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { ShardImage, ShardRecord } from '../../domain/triage/changes.js';
import { freshCopy, type MemoryCollection, type MemoryRow } from './memory-collection.js';
import { stageMemoryCommit, writeMemoryCommit } from './memory-commit.js';
import { createMemoryStoreContents, silenceKey, type MemoryStoreContents } from './memory-contents.js';
import { contentsOf, waitingOf } from './memory-stored-documents.js';
import { createMemoryViews, outboxItem } from './memory-views.js';

const NO_OWNER = 0;

/** The store in memory: durable as long as `contents` is kept. */
export function createMemoryStore(options: { readonly contents?: MemoryStoreContents } = {}): Store {
  const contents = options.contents ?? createMemoryStoreContents();
  const owners = new Map<number, number>();
  let closed = false;
  const requireOpen = (): void => {
    if (!closed) return;
    throw new TocsinError('The store is closed.', { code: 'store-unavailable', retriable: true });
  };

  return {
    ...createMemoryViews(contents),
    outbox: (shard) => createMemoryOutbox(contents, shard),
    async open(shard) {
      requireOpen();
      return Promise.resolve(takeOver(contents, owners, shard));
    },
    stage(commit) {
      const staged = stageMemoryCommit(commit, owners.get(commit.shard) ?? NO_OWNER);
      return async () => {
        requireOpen();
        await Promise.resolve();
        writeMemoryCommit(contents, staged);
      };
    },
    committed: (shard) => Promise.resolve(contents.shards.get(shard)?.position ?? 0),
    async record(shard) {
      const stored = contents.shards.get(shard);
      if (stored?.record == null) return Promise.resolve(null);
      const record = JSON.parse(stored.record) as ShardRecord;
      return Promise.resolve({ record, position: stored.position, commit: stored.number });
    },
    saveBundle(hash, files) {
      if (!contents.bundles.has(hash)) contents.bundles.set(hash, JSON.stringify([...files]));
      return Promise.resolve();
    },
    loadBundle(hash) {
      const files = contents.bundles.get(hash);
      return Promise.resolve(files === undefined ? null : new Map(JSON.parse(files) as [string, string][]));
    },
    contents: (shard) => contentsOf(contents, shard, owners.get(shard) ?? NO_OWNER),
    purge: (shard, before) => Promise.resolve(purge(contents, shard, before)),
    purgeDeadLetters: (before) => Promise.resolve(purgeDeadLetters(contents, before)),
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

function takeOver(contents: MemoryStoreContents, owners: Map<number, number>, shard: number): ShardImage {
  const stored = contents.shards.get(shard) ?? {
    owner: NO_OWNER,
    number: 0,
    position: 0,
    written: null,
    record: null,
  };
  stored.owner += 1;
  contents.shards.set(shard, stored);
  owners.set(shard, stored.owner);
  return {
    shard: stored.record === null ? null : (JSON.parse(stored.record) as ShardRecord),
    position: stored.position,
    commit: stored.number,
    alerts: openDocuments(contents.alerts, shard, (alert) => alert.fingerprint),
    incidents: openDocuments(contents.incidents, shard, (incident) => incident.number),
    silences: openDocuments(contents.silences, shard, (silence) => silence.id),
    outcomes: openDocuments(contents.outcomes, shard, (outcome) => outcome.command),
  };
}

function openDocuments<T>(
  collection: MemoryCollection<T>,
  shard: number,
  key: (value: T) => string | number,
): readonly T[] {
  return [...collection.rows()]
    .filter((row) => row.shard === shard && !row.forgotten)
    .sort((a, b) => (key(a.value) < key(b.value) ? -1 : 1))
    .map(freshCopy);
}

function createMemoryOutbox(contents: MemoryStoreContents, shard: number): OutboxStore {
  const { outbox } = contents;
  const waiting = () => waitingOf(contents, shard);
  return {
    pending: () => Promise.resolve(waiting().map(outboxItem)),
    backlog() {
      const counts = new Map<string, number>();
      for (const { document } of waiting()) {
        const { notifier } = document.value;
        counts.set(notifier, (counts.get(notifier) ?? 0) + 1);
      }
      return Promise.resolve(counts);
    },
    next: (notifier, limit) =>
      Promise.resolve(
        waiting()
          .filter(({ document }) => document.value.notifier === notifier)
          .toSorted((a, b) => a.nextAttemptAt - b.nextAttemptAt)
          .slice(0, limit)
          .map(outboxItem),
      ),
    stillWaiting: (ids) =>
      Promise.resolve(new Set(ids.filter((id) => outbox.get(id)?.document.shard === shard))),
    recordAttempt(id, { attempts, nextAttemptAt, error }) {
      const row = outbox.get(id);
      if (row?.document.shard === shard) Object.assign(row, { attempts, nextAttemptAt, lastError: error });
      return Promise.resolve();
    },
  };
}

function purge(contents: MemoryStoreContents, shard: number, before: number): number {
  const isOld = (row: MemoryRow<unknown>): boolean =>
    row.shard === shard && row.forgotten && row.touched < before;
  let incidents = 0;
  for (const row of contents.incidents.rows()) {
    if (!isOld(row) || row.value.state !== 'closed') continue;
    const { id } = row.value;
    contents.incidents.delete(id);
    contents.timelines.delete(id);
    contents.formerAlerts.delete(id);
    incidents += 1;
  }
  for (const row of contents.alerts.rows()) {
    if (isOld(row)) contents.alerts.delete(row.value.fingerprint);
  }
  for (const row of contents.silences.rows()) {
    if (isOld(row)) contents.silences.delete(silenceKey(shard, row.value.id));
  }
  for (const [key, tally] of contents.tallies) {
    if (tally.shard === shard && tally.value.hour < before) contents.tallies.delete(key);
  }
  return incidents;
}

function purgeDeadLetters({ deadLetters }: MemoryStoreContents, before: number): number {
  const old = [...deadLetters.rows()].filter(({ value }) => value.at < before);
  for (const { value } of old) deadLetters.delete(value.id);
  return old.length;
}
