import { createAlertPacker, type AlertPacker, type PackerLimits } from '../../app/alert-packer.js';
import type { Appended, Clock } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Entry, LogRecord } from '../../domain/alert/entry.js';
import { createAppendQueue, type AppendQueue, type RecordDraft } from './append-queue.js';
import type { JournalCalls, JournalRow } from './journal.js';
import { createLogHealth, type LogHealth } from './log-health.js';
import type { FreshRecord } from './hand-over.js';
import { createAlertSharing } from './share-alerts.js';
import type { WorkerClient } from './worker-rpc.js';
import { createWriteLoop } from './write-loop.js';

export interface LogWriter {
  append(shard: number, entries: readonly Entry[]): Promise<Appended>;
  /** All in one transaction, with their times. */
  copy(shard: number, records: readonly LogRecord[]): Promise<readonly number[]>;
  /** Newest durable record. Throws RangeError for a shard that is not there. */
  end(shard: number): Appended;
  /** Why an append would be refused; null = it would be tried. */
  refusal(): TocsinError | null;
  /** Refuses appends from here on and resolves when those accepted are written. */
  close(): Promise<void>;
}

export interface LogWriterOptions {
  readonly worker: WorkerClient<JournalCalls>;
  readonly clock: Clock;
  /** As found on the disk. */
  readonly found: FoundJournal;
  /** Called in order of position, after the record is durable and before its appends resolve. */
  readonly onDurable: (shard: number, fresh: FreshRecord) => void;
  /** Called when records may have become durable that onDurable was not told of. */
  readonly onRestored: () => void;
  readonly onFailure: (error: TocsinError) => void;
  readonly onRecovery: () => void;
}

/** How far a journal goes. */
export interface FoundJournal {
  /** Newest record of each shard. */
  readonly ends: readonly Appended[];
  /** The first number that no alert has had. */
  readonly nextAlert: number;
}

export async function findEnds(worker: WorkerClient<JournalCalls>): Promise<FoundJournal> {
  const [ends, nextAlert] = await Promise.all([worker.call('ends', null), worker.call('nextAlert', null)]);
  return { ends, nextAlert };
}

interface PlacedRecord {
  readonly shard: number;
  readonly position: number;
  readonly at: number;
  readonly appends: RecordDraft;
  readonly bytes: number;
}

const MIB = 1024 * 1024;
const RECORD_BYTES = 4 * MIB;
const WRITE_BYTES = 16 * MIB;
/** More than this waiting for the disk means that it does not keep up: further appends are refused. */
const WAITING_BYTES = 256 * MIB;

const remembered: PackerLimits = { alerts: 250_000, text: 256 * MIB, ms: 3_600_000 };

/** What one alert takes in memory beside its texts, about. */
const ALERT_BYTES = 150;

/**
 * While one write is on the disk the next is already with the worker, so that neither waits for the other. They are
 * written in order; each is a transaction of its own, so that one that fails takes nothing with it.
 */
const WRITES_UNDER_WAY = 2;

function createPacker({ found, clock }: LogWriterOptions): AlertPacker {
  return createAlertPacker({ next: found.nextAlert, now: () => clock.now(), limits: remembered });
}

/** Group commit: what arrives while writes are under way shares the next one. */
export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { worker } = options;
  const queue = createAppendQueue();
  const packer = createPacker(options);
  const ends = [...options.found.ends];
  /** The newest record of each shard that was handed to the worker. */
  const placed = [...options.found.ends];
  let closed = false;

  const health = createLogHealth({
    ...options,
    async probe(bytes) {
      await worker.call('probe', Math.min(bytes, WRITE_BYTES));
      // A write whose answer was lost may be there after all: the disk says where the log ends.
      const found = await findEnds(worker);
      ends.splice(0, ends.length, ...found.ends);
      placed.splice(0, placed.length, ...found.ends);
      packer.reset(found.nextAlert);
      options.onRestored();
    },
  });
  const loop = createWriteLoop({
    depth: WRITES_UNDER_WAY,
    more: () => queue.length > 0,
    writeNext: () => writeNext({ ...options, queue, ends, placed, health }),
  });
  const refusal = (): TocsinError | null => {
    if (closed) return new TocsinError('The log is closed.', { code: 'log-closed', retriable: false });
    return health.failure() ?? (queue.bytes < WAITING_BYTES ? null : diskTooSlow());
  };

  return {
    async append(shard, entries) {
      const refused = refusal();
      if (refused !== null) throw refused;
      endOf(ends, shard);
      if (entries.length === 0) throw new RangeError('An append needs at least one entry.');
      const packed = packer.pack(entries);
      return new Promise((resolve, reject) => {
        queue.push({ shard, entries, packed, resolve, reject });
        loop.start();
      });
    },
    copy: createCopying({ ...options, packer, ends, placed, refusal }),
    end: (shard) => endOf(ends, shard),
    refusal,
    async close() {
      closed = true;
      health.stop();
      await loop.idle();
    },
  };
}

interface WriteParts extends Pick<LogWriterOptions, 'worker' | 'clock' | 'onDurable'> {
  readonly queue: AppendQueue;
  readonly ends: Appended[];
  readonly placed: Appended[];
  readonly health: LogHealth;
}

async function writeNext({
  worker,
  clock,
  onDurable,
  queue,
  ends,
  placed,
  health,
}: WriteParts): Promise<void> {
  const drafts = queue.take({ recordBytes: RECORD_BYTES, writeBytes: WRITE_BYTES });
  const records = placeRecords(drafts, placed, clock.now());
  for (const { shard, position, at } of records) placed[shard] = { position, at };
  try {
    await worker.call('write', records.map(toRow));
  } catch (error) {
    const failure = error as TocsinError;
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0);
    health.fail(failure, bytes);
    for (const append of records.flatMap(({ appends }) => appends)) append.reject(failure);
    for (const append of queue.drain()) append.reject(failure);
    return;
  }
  for (const { shard, position, at, appends, bytes } of records) {
    ends[shard] = { position, at };
    const held = appends.reduce((sum, { packed }) => sum + packed.alerts * ALERT_BYTES, bytes);
    onDurable(shard, { record: { position, at, entries: joinEntries(appends) }, bytes: held });
    for (const append of appends) append.resolve({ position, at });
  }
}

function endOf(ends: readonly Appended[], shard: number): Appended {
  const newest = ends[shard];
  if (newest !== undefined) return newest;
  throw new RangeError(`The log has ${ends.length} shards, numbered from 0; there is no shard ${shard}.`);
}

/** Every record of a write gets the same instant, but never an earlier one than its shard's newest record. */
function placeRecords(
  drafts: readonly RecordDraft[],
  placed: readonly Appended[],
  now: number,
): readonly PlacedRecord[] {
  const newest = highestOf(placed);
  return drafts.map((appends, index) => {
    const { shard } = appends[0];
    return {
      shard,
      position: newest + 1 + index,
      at: Math.max(placed[shard]?.at ?? 0, now),
      appends,
      bytes: appends.reduce((sum, { packed }) => sum + packed.size, 0),
    };
  });
}

/** Positions are counted over all shards. */
function highestOf(placed: readonly Appended[]): number {
  return placed.reduce((highest, { position }) => Math.max(highest, position), 0);
}

function createCopying(
  to: Pick<WriteParts, 'worker' | 'ends' | 'placed'> & {
    readonly packer: AlertPacker;
    readonly refusal: () => TocsinError | null;
    readonly onRestored: () => void;
  },
): LogWriter['copy'] {
  const { worker, ends, placed, packer } = to;
  const share = createAlertSharing();
  return async (shard, records) => {
    const refused = to.refusal();
    if (refused !== null) throw refused;
    let newest = { ...endOf(ends, shard), position: highestOf(placed) };
    const rows = records.map((record): JournalRow => {
      newest = { position: newest.position + 1, at: Math.max(newest.at, record.at) };
      return { shard, ...newest, appends: [packer.pack(share(record.entries))] };
    });
    if (rows.length === 0) return [];
    await worker.call('write', rows);
    ends[shard] = placed[shard] = newest;
    to.onRestored();
    return rows.map(({ position }) => position);
  };
}

function toRow({ shard, position, at, appends }: PlacedRecord): JournalRow {
  return { shard, position, at, appends: appends.map((append) => append.packed) };
}

function joinEntries(appends: RecordDraft): readonly Entry[] {
  return appends.length === 1 ? appends[0].entries : appends.flatMap((append) => append.entries);
}

function diskTooSlow(): TocsinError {
  const message = 'The disk does not keep up with what comes in. Send less, or use a faster disk.';
  return new TocsinError(message, { code: 'log-unavailable', retriable: true });
}
