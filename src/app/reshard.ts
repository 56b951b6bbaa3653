import type { AlertTally } from '../domain/alert/alert-tally.js';
import { addCounts } from '../domain/alert/alert-tally.js';
import { shardOfDeadLetters } from '../domain/alert/dead-letter.js';
import type { Entry } from '../domain/alert/entry.js';
import { parseIncidentId } from '../domain/incident/incident-id.js';
import { shardOfPeople } from '../domain/incident/shard-of-command.js';
import type { BundleFiles } from '../domain/rules/bundle.js';
import { shardOfKnown, type PlacedIncidents } from '../domain/triage/place-incidents.js';
import { heirOf, spreadRecords } from '../domain/triage/spread-records.js';
import { copyBundles, requireEmpty, type CopyProgress, type LogAndStore } from './copy-everything.js';
import { beginDocuments, type DocumentsCopy } from './copy-documents.js';
import type { PlannedShard, ReshardPlan } from './plan-reshard.js';
import type { StoredDocument } from './stored-document.js';
import { TocsinError } from './tocsin-error.js';

/**
 * Fills an empty pair of log and store with what another one has, as planned. The old one stays as it is. The new log begins with the state, at
 * the instant to which all shards were brought, and with the rules that spread alerts so from now on. A reshard that was broken off
 * can't be started. Rejects with TocsinError `copy-refused`, or what log and store refuse with. Resolves to the number of documents.
 */
export async function reshard(between: {
  readonly from: LogAndStore;
  readonly to: LogAndStore;
  readonly plan: ReshardPlan;
  readonly rules: { readonly hash: string; readonly files: BundleFiles };
  /** What else has to be in place before anybody can start on the new log. */
  readonly carry: () => Promise<void>;
  readonly onProgress: (progress: CopyProgress) => void;
}): Promise<number> {
  const { from, to, plan, rules } = between;
  await requireEmpty(to);
  const records = spreadRecords(
    new Map(plan.shards.map(({ settled }) => [settled.shard, settled.record()])),
    plan.to,
  );
  const copies: DocumentsCopy[] = [];
  for (const [shard, record] of records.entries())
    copies.push(await beginDocuments(to.store, { shard, record, beside: records.length }));
  const documents = await copyDocuments(between, copies);
  await copyBundles(from.store, to.store, new Set(records.flatMap(({ rulesHistory }) => rulesHistory)));
  await to.store.saveBundle(rules.hash, rules.files);
  const ends = new Map<number, readonly number[]>();
  for (const [shard, record] of records.entries()) {
    const changed = record.rules !== rules.hash;
    ends.set(shard, await beginLog(to, { shard, at: record.at, rules: changed ? rules.hash : null }));
  }
  await between.carry();
  await requireRest(from, plan);
  // Whoever starts on it waits for shard 0.
  for (const shard of [...ends.keys()].reverse()) {
    const [position = 0, end = position] = ends.get(shard) ?? [];
    if ((await to.log.end(shard)) !== end)
      throw refused(`somebody else has written to shard ${shard} of the new log meanwhile; stop who did`);
    await copies[shard]?.finish(position);
  }
  return documents;
}

/** The state lies after a record that does nothing; the first owner applies what comes after it. */
function beginLog(
  to: LogAndStore,
  { shard, at, rules }: { readonly shard: number; readonly at: number; readonly rules: string | null },
): Promise<readonly number[]> {
  const change: readonly Entry[] =
    rules === null ? [] : [{ kind: 'rules-changed', hash: rules, by: 'reshard' }];
  const entries: readonly (readonly Entry[])[] = [[{ kind: 'tick' }], ...(change.length > 0 ? [change] : [])];
  return to.log.copy(
    shard,
    entries.map((each, index) => ({ position: index + 1, at, entries: each })),
  );
}

/** What came after the plan would stay behind. */
async function requireRest(from: LogAndStore, { shards, old }: ReshardPlan): Promise<void> {
  const read = new Map(shards.map(({ settled }) => [settled.shard, settled.end]));
  for (let shard = 0; shard < old.shards; shard += 1)
    if ((await from.log.end(shard)) !== (read.get(shard) ?? 0))
      throw refused(
        `shard ${shard} of the old log has got more meanwhile; stop all replicas, those that only take alerts in too`,
      );
}

async function copyDocuments(
  { plan, onProgress }: { readonly plan: ReshardPlan; readonly onProgress: (progress: CopyProgress) => void },
  copies: readonly DocumentsCopy[],
): Promise<number> {
  const tallies = new Map<number, Map<number, AlertTally>>();
  let documents = 0;
  for (const planned of plan.shards) {
    const { shard } = planned.settled;
    for await (const batch of planned.settled.documents()) {
      for (const document of batch) {
        if (document.kind === 'tally') addTally(tallies, heirOf(shard, plan.to), document.value);
        else for (const [to, moved] of moves(document, planned, plan)) await copies[to]?.add([moved]);
      }
      documents += batch.length;
      onProgress({ shard, documents, records: 0 });
    }
  }
  for (const [shard, byHour] of tallies)
    await copies[shard]?.add([...byHour.values()].map((value) => ({ kind: 'tally', value })));
  for (const copy of copies) await copy.flush();
  return documents;
}

function addTally(tallies: Map<number, Map<number, AlertTally>>, shard: number, tally: AlertTally): void {
  const byHour = tallies.get(shard) ?? new Map<number, AlertTally>();
  const known = byHour.get(tally.hour);
  const { hour } = tally;
  tallies.set(shard, byHour.set(hour, known === undefined ? tally : { hour, ...addCounts(known, tally) }));
}

type Moved = readonly [shard: number, document: StoredDocument];

/** What a document becomes, and where. Silences are the same on all shards, and shard 0 knows them. */
function moves(
  document: Exclude<StoredDocument, { readonly kind: 'tally' }>,
  { settled, placed, receipts }: PlannedShard,
  { to }: ReshardPlan,
): readonly Moved[] {
  switch (document.kind) {
    case 'alert':
      return alertMoves(document, placed, shardOfKnown(document.value, to));
    case 'formerAlert':
      return [[placed.shardOf(document.value.incident ?? ''), document]];
    case 'incident':
      return [incidentMove(document, placed.shardOf(document.value.id))];
    case 'event':
      return [[placed.shardOf(document.value.incident), document]];
    case 'waiting':
      return [[placed.shardOf(document.value.notification.incident.id), document]];
    case 'silence':
      return settled.shard === shardOfPeople
        ? Array.from({ length: to.shards }, (_, shard): Moved => [shard, document])
        : [];
    case 'outcome': {
      const { subject } = document.value;
      const isIncident = parseIncidentId(subject) !== null;
      return [[isIncident ? placed.shardOf(subject) : (receipts.get(subject) ?? shardOfPeople), document]];
    }
    case 'deadLetter':
      return [[shardOfDeadLetters, document]];
  }
}

/** One that leaves its incident stays there for reading. */
function alertMoves(
  document: Extract<StoredDocument, { readonly kind: 'alert' }>,
  placed: PlacedIncidents,
  shard: number,
): readonly Moved[] {
  const { value } = document;
  if (value.incident === null || !placed.isCutOff(value)) return [[shard, document]];
  return [
    [shard, { ...document, value: { ...value, incident: null, attached: false } }],
    [placed.shardOf(value.incident), { kind: 'formerAlert', value }],
  ];
}

/** An incident says where it is unless its id does. */
function incidentMove(
  document: Extract<StoredDocument, { readonly kind: 'incident' }>,
  shard: number,
): Moved {
  const named = parseIncidentId(document.value.id)?.shard ?? shardOfPeople;
  return [shard, { ...document, value: { ...document.value, shard: named === shard ? null : shard } }];
}

function refused(why: string): TocsinError {
  return new TocsinError(`The reshard was refused: ${why}.`, { code: 'copy-refused', retriable: false });
}
