import { beginDocuments, type DocumentsCopy } from './copy-documents.js';
import { copyLog } from './copy-log.js';
import type { EventLog, Store } from './ports.js';
import { TocsinError } from './tocsin-error.js';
import { unfinished, unfinishedPosition } from './unfinished-copy.js';

/** A log and the store of what it has come to. */
export interface LogAndStore {
  readonly log: EventLog;
  readonly store: Store;
}

/** What was copied of one shard; positions are those of the copy. */
export interface CopiedShard {
  readonly shard: number;
  readonly committed: number;
  readonly logEnd: number;
  readonly documents: number;
  readonly records: number;
}

export interface CopyProgress {
  readonly shard: number;
  readonly documents: number;
  readonly records: number;
}

/**
 * Copies everything from one pair of log and store into another, empty one, whatever keeps them. It takes the shards over on both
 * sides, one after the other, so each is copied as of one commit, and the log as far as it reached then or later. Who
 * starts on the copy goes on as after a crash. A copy that was broken off can't be started. Rejects with TocsinError
 * `copy-refused`, or what log and store refuse with.
 */
export async function copyEverything(between: {
  readonly from: LogAndStore;
  readonly to: LogAndStore;
  readonly onProgress: (progress: CopyProgress) => void;
}): Promise<readonly CopiedShard[]> {
  const { from, to } = between;
  await requireRoom(from, to);
  const filled: { readonly copied: CopiedShard; readonly documents: DocumentsCopy }[] = [];
  for (let shard = 0; shard < from.log.shards; shard += 1) {
    const one = await copyShard({ ...between, shard });
    if (one !== null) filled.push(one);
  }
  if (filled.length === 0) throw refused('there is nothing to copy: no Tocsin has ever worked on it');
  for (const { copied, documents } of filled) {
    const { shard, logEnd } = copied;
    if ((await to.log.end(shard)) !== logEnd)
      throw refused(`somebody else has written to shard ${shard} of the new log meanwhile; stop who did`);
    await documents.finish(copied.committed);
  }
  return filled.map(({ copied }) => copied);
}

/** As many shards, because shard 0 tells all others what it decides for them. */
async function requireRoom(from: LogAndStore, to: LogAndStore): Promise<void> {
  const [found, wanted] = [to.log.shards, from.log.shards];
  if (found !== wanted)
    throw refused(`it has ${wanted} shards and the new log has ${found}; give it as many`);
  await requireEmpty(to);
}

/** Nothing is ever overwritten. Rejects with TocsinError `copy-refused`. */
export async function requireEmpty(to: LogAndStore): Promise<void> {
  for (let shard = 0; shard < to.log.shards; shard += 1) {
    const [end, committed] = [await to.log.end(shard), await to.store.committed(shard)];
    if (committed === unfinishedPosition) throw unfinished(shard);
    if (end > 0) throw refused(`the new log already has something in shard ${shard}`);
    if (committed > 0) throw refused(`the new store already has something in shard ${shard}`);
  }
}

/** null: nothing is in it. */
async function copyShard(between: {
  readonly from: LogAndStore;
  readonly to: LogAndStore;
  readonly shard: number;
  readonly onProgress: (progress: CopyProgress) => void;
}): Promise<{ readonly copied: CopiedShard; readonly documents: DocumentsCopy } | null> {
  const { from, to, shard, onProgress } = between;
  if ((await from.store.committed(shard)) === unfinishedPosition) throw unfinished(shard);
  const { shard: record, position } = await from.store.open(shard);
  const end = await from.log.end(shard);
  if (end < position)
    throw refused(`shard ${shard} was committed up to ${position}, but its log ends at ${end}`);
  if (record === null) {
    if (end === 0) return null;
    throw refused(`shard ${shard} has a log that nobody has worked on; start Tocsin on it once`);
  }
  const count = { shard, documents: 0, records: 0 };
  const documents = await beginDocuments(to.store, { shard, record });
  for await (const batch of from.store.contents(shard)) {
    await documents.add(batch);
    count.documents += batch.length;
    onProgress(count);
  }
  await documents.flush();
  const log = await copyLog({
    ...{ shard, from: from.log, to: to.log, position, at: record.at },
    onRecords(records) {
      count.records += records;
      onProgress(count);
    },
  });
  const rules = new Set([...record.rulesHistory, ...log.rules]);
  if (record.rules !== null) rules.add(record.rules);
  await copyBundles(from.store, to.store, rules);
  const copied = { ...count, committed: log.position, logEnd: log.end, records: log.records };
  return { copied, documents };
}

/** The engine loads rule sets by hash from the store, also those that an old record was judged by. */
export async function copyBundles(from: Store, to: Store, hashes: ReadonlySet<string>): Promise<void> {
  for (const hash of hashes) {
    const files = await from.loadBundle(hash);
    if (files === null) throw refused(`the store lacks the rule set ${hash}, which its log names`);
    await to.saveBundle(hash, files);
  }
}

function refused(why: string): TocsinError {
  return new TocsinError(`The copy was refused: ${why}.`, {
    code: 'copy-refused',
    retriable: false,
  });
}
