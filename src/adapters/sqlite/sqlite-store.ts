import { join } from 'node:path';
import type { OutboxStore, Store } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Alert } from '../../domain/alert/alert.js';
import type { ShardImage, ShardRecord } from '../../domain/triage/changes.js';
import { readContents } from './read-contents.js';
import { createSqliteViews, outboxItem } from './sqlite-views.js';
import { stageCommit, type Value } from './staged-commit.js';
import type { StoreReaderCalls } from './store-reader.js';
import type { StoreData, StoreWriterCalls } from './store-writer.js';
import { startWorker, type WorkerClient } from './worker-rpc.js';

export interface SqliteStoreOptions {
  /** Held by openDataDirectory: nobody else may write there. */
  readonly directory: string;
  /** Refuses to grow the file beyond this; for tests of a full disk. */
  readonly maxPages?: number;
}

type Writer = WorkerClient<StoreWriterCalls>;
type Reader = WorkerClient<StoreReaderCalls>;

const READ_BYTES = 2 * 1024 * 1024;
/** No shard is owned by nobody. */
const NO_OWNER = 0;

/**
 * The embedded store: `store.db` in the data directory. One thread writes, another reads, so that neither a big commit nor
 * a slow list holds up anything else. Rejects with TocsinError `store-unavailable` or `data-format-unknown`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { directory, maxPages } = options;
  const file = join(directory, 'store.db');
  const data: StoreData = maxPages === undefined ? { file } : { file, maxPages };
  const writer = startWorker<StoreWriterCalls>({
    script: new URL('./store-worker.js', import.meta.url),
    data,
    died: (cause) => died('writes', cause),
  });
  const reader = startWorker<StoreReaderCalls>({
    script: new URL('./store-reader-worker.js', import.meta.url),
    data,
    died: (cause) => died('reads', cause),
  });
  try {
    await writer.call('ready', null);
  } catch (error) {
    await writer.close();
    throw error;
  }
  return createSqliteStore(writer, reader);
}

function died(what: 'writes' | 'reads', cause: unknown): TocsinError {
  return new TocsinError(`The thread that ${what} the store ended. It is started again.`, {
    code: 'store-unavailable',
    retriable: true,
    cause,
  });
}

function createSqliteStore(writer: Writer, reader: Reader): Store {
  /** Shard → the number by which this store owns it. */
  const owners = new Map<number, number>();
  let staged = 0;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await reader.close();
    await writer.close();
  };

  return {
    ...createSqliteViews(reader),
    outbox: (shard) => createOutbox({ writer, reader, shard }),
    async open(shard) {
      const { owner, number, position, record } = await writer.call('claim', shard);
      owners.set(shard, owner);
      return {
        ...(await readOpenState(reader, shard)),
        shard: record === null ? null : (JSON.parse(record) as ShardRecord),
        position,
        commit: number,
      };
    },
    stage(commit) {
      const owner = owners.get(commit.shard) ?? NO_OWNER;
      const copy = stageCommit(commit, owner, `${owner}.${++staged}`);
      return () => writer.call('write', copy);
    },
    contents: (shard) => readContents(reader, { shard, owner: owners.get(shard) }),
    committed: (shard) => reader.call('committed', shard),
    async record(shard) {
      const found = await reader.call('record', shard);
      if (found === null) return null;
      return { ...found, record: JSON.parse(found.record) as ShardRecord };
    },
    saveBundle: (hash, files) => writer.call('saveBundle', { hash, files: JSON.stringify([...files]) }),
    async loadBundle(hash) {
      const files = await reader.call('document', { kind: 'bundle', id: hash });
      return files === null ? null : new Map(JSON.parse(files) as [string, string][]);
    },
    purge: (shard, before) => purge(writer, { shard, before }),
    purgeDeadLetters: (before) => purgeDeadLetters(writer, before),
    close: () => (closing ??= close()),
  };
}

function createOutbox(of: {
  readonly writer: Writer;
  readonly reader: Reader;
  readonly shard: number;
}): OutboxStore {
  const { writer, reader, shard } = of;
  return {
    async pending() {
      return (await reader.call('outbox', { list: 'all', of: [shard], limit: -1 })).map(outboxItem);
    },
    async backlog() {
      return new Map(await reader.call('backlog', shard));
    },
    async next(notifier, limit) {
      return (await reader.call('outbox', { list: 'notifier', of: [shard, notifier], limit })).map(
        outboxItem,
      );
    },
    async stillWaiting(ids) {
      return new Set(await reader.call('stillWaiting', { shard, ids }));
    },
    recordAttempt: (id, attempt) => writer.call('recordAttempt', { shard, id, ...attempt }),
  };
}

type OpenKind = Parameters<StoreReaderCalls['open']>[0]['kind'];

/** In slices: parsing all of a large state in one go would stall everything else. */
async function readOpenState(
  reader: Reader,
  shard: number,
): Promise<Pick<ShardImage, 'alerts' | 'incidents' | 'silences' | 'outcomes'>> {
  const all = async <T>(kind: OpenKind, before: Value): Promise<readonly T[]> => {
    const documents: T[] = [];
    let after: Value = before;
    do {
      const slice = await reader.call('open', { kind, shard, after, bytes: READ_BYTES });
      for (const doc of slice.docs) documents.push(JSON.parse(doc) as T);
      after = slice.next;
    } while (after !== null);
    return documents;
  };
  return {
    alerts: (await all<Alert>('alerts', 0)).toSorted(byFingerprint),
    incidents: await all('incidents', 0),
    silences: await all('silences', ''),
    outcomes: await all('outcomes', ''),
  };
}

function byFingerprint(a: Alert, b: Alert): number {
  return a.fingerprint < b.fingerprint ? -1 : 1;
}

/** In slices, so that commits get their turn in between. */
async function purge(writer: Writer, asked: { shard: number; before: number }): Promise<number> {
  let incidents = 0;
  let more: boolean;
  do {
    const slice = await writer.call('purge', asked);
    incidents += slice.incidents;
    more = slice.more;
  } while (more);
  await writer.call('analyze', null);
  while (await writer.call('shrink', null));
  return incidents;
}

async function purgeDeadLetters(writer: Writer, before: number): Promise<number> {
  let letters = 0;
  for (;;) {
    const removed = await writer.call('purgeDeadLetters', before);
    if (removed === 0) return letters;
    letters += removed;
  }
}
