import { personSource, receiptOf } from '../domain/alert/person-report.js';
import type { Spread } from '../domain/alert/shard-of-alert.js';
import type { Command, Entry } from '../domain/alert/entry.js';
import type { Incident } from '../domain/incident/incident.js';
import { isOpen } from '../domain/incident/lifecycle.js';
import { madeSpread } from '../domain/triage/made-spread.js';
import {
  createIncidentPlacer,
  shardOfKnown,
  type IncidentPlacer,
  type PlacedIncidents,
  type TornIncident,
} from '../domain/triage/place-incidents.js';
import type { CopyProgress, LogAndStore } from './copy-everything.js';
import type { RuleSetLibrary } from './rule-set-library.js';
import { settleShards, type SettledShard } from './settle-shards.js';
import type { StoredDocument } from './stored-document.js';

/** What a new shard would have at the start. */
export interface ShardLoad {
  readonly shard: number;
  alerts: number;
  firing: number;
  incidents: number;
  open: number;
  /** Notifications in the outbox. */
  waiting: number;
}

/** An old shard, and where what it has goes. */
export interface PlannedShard {
  readonly settled: SettledShard;
  readonly placed: PlacedIncidents;
  /** Receipt of a report → the shard of its alert. */
  readonly receipts: ReadonlyMap<string, number>;
}

/** How a log would be spread anew. Nothing is written yet. */
export interface ReshardPlan {
  readonly old: Spread;
  readonly to: Spread;
  readonly shards: readonly PlannedShard[];
  readonly loads: readonly ShardLoad[];
  readonly torn: readonly TornIncident[];
  /** Incidents that would be on another shard than their parent. */
  readonly strays: readonly Incident[];
}

/** Who splits what would be torn, in timelines. */
const splitter = 'tocsin reshard';
const note = 'its alerts go to different shards of the log';

/**
 * Works out where everything of a log goes when its alerts are spread otherwise. Takes all shards over, so nobody may run them. `split`: what
 * would be torn is split, as a person would. Rejects as `settleShards` does.
 */
export async function planReshard(asked: {
  readonly from: LogAndStore;
  readonly library: RuleSetLibrary;
  readonly to: Spread;
  readonly split: boolean;
  readonly onProgress: (progress: CopyProgress) => void;
}): Promise<ReshardPlan> {
  const { from, to, split, onProgress } = asked;
  const loads = Array.from({ length: to.shards }, (_, shard) => emptyLoad(shard));
  const shards: PlannedShard[] = [];
  let old: Spread = { shards: from.log.shards, by: [] };
  for (const settled of await settleShards(from, asked.library)) {
    if (settled.shard === 0) old = madeSpread(settled.record(), from.log.shards) ?? old;
    if (split) await splitTorn(settled, to);
    shards.push(await planShard(settled, { to, loads, onProgress }));
  }
  return {
    ...{ old, to, shards, loads },
    torn: shards.flatMap(({ placed }) => placed.torn),
    strays: shards.flatMap(({ placed }) => placed.strays),
  };
}

/** One that can't be split stays torn. */
async function splitTorn(settled: SettledShard, to: Spread): Promise<void> {
  const commands = (wanted: readonly Command[]): readonly Entry[] =>
    wanted.map((command, index): Entry => {
      const { at, lastEvent } = settled.record();
      return { kind: 'command', id: `reshard/${at}/${lastEvent}/${index}`, by: splitter, command };
    });
  await settled.apply(commands(placeOpen(settled, to).torn.flatMap(splitsOf)));
  const { strays } = placeOpen(settled, to);
  await settled.apply(
    commands(strays.map(({ id }) => ({ name: 'set-parent', incident: id, parent: null, note }))),
  );
}

function placeOpen(settled: SettledShard, to: Spread): PlacedIncidents {
  const placer = createIncidentPlacer(to);
  const { alerts, incidents } = settled.open();
  for (const alert of alerts) placer.noteAlert(alert, 'known');
  for (const incident of incidents) placer.noteIncident(incident);
  return placer.place();
}

function splitsOf({ incident, stays, members }: TornIncident): readonly Command[] {
  return [...members].flatMap(([shard, alerts]): readonly Command[] =>
    shard === stays || alerts.length === 0 ? [] : [{ name: 'split', incident: incident.id, alerts, note }],
  );
}

async function planShard(
  settled: SettledShard,
  world: {
    readonly to: Spread;
    readonly loads: readonly ShardLoad[];
    readonly onProgress: (progress: CopyProgress) => void;
  },
): Promise<PlannedShard> {
  const { to, loads, onProgress } = world;
  const noted: Noted = {
    ...{ placer: createIncidentPlacer(to), to, loads },
    ...{ receipts: new Map(), incidents: [], waiting: [] },
  };
  let documents = 0;
  for await (const batch of settled.documents()) {
    for (const document of batch) noteDocument(noted, document);
    documents += batch.length;
    onProgress({ shard: settled.shard, documents, records: 0 });
  }
  const placed = noted.placer.place();
  for (const { id, open } of noted.incidents) {
    add(loads[placed.shardOf(id)], 'incidents');
    if (open) add(loads[placed.shardOf(id)], 'open');
  }
  for (const incident of noted.waiting) add(loads[placed.shardOf(incident)], 'waiting');
  return { settled, placed, receipts: noted.receipts };
}

interface Noted {
  readonly placer: IncidentPlacer;
  readonly to: Spread;
  readonly loads: readonly ShardLoad[];
  readonly receipts: Map<string, number>;
  readonly incidents: { readonly id: string; readonly open: boolean }[];
  /** Incidents of what waits in the outbox. */
  readonly waiting: string[];
}

function noteDocument(noted: Noted, document: StoredDocument): void {
  const { placer, to, loads } = noted;
  switch (document.kind) {
    case 'alert': {
      const { value, forgotten } = document;
      const shard = shardOfKnown(value, to);
      placer.noteAlert(value, forgotten ? 'forgotten' : 'known');
      if (value.source === personSource) noted.receipts.set(receiptOf(value.fingerprint), shard);
      add(loads[shard], 'alerts');
      if (value.status === 'firing') add(loads[shard], 'firing');
      return;
    }
    case 'formerAlert':
      placer.noteAlert(document.value, 'former');
      return;
    case 'incident': {
      const { value, forgotten } = document;
      placer.noteIncident(value);
      noted.incidents.push({ id: value.id, open: isOpen(value) && !forgotten });
      return;
    }
    case 'waiting':
      noted.waiting.push(document.value.notification.incident.id);
      return;
    case 'event':
    case 'silence':
    case 'tally':
    case 'outcome':
    case 'deadLetter':
      return;
  }
}

function add(load: ShardLoad | undefined, what: Exclude<keyof ShardLoad, 'shard'>): void {
  if (load !== undefined) load[what] += 1;
}

function emptyLoad(shard: number): ShardLoad {
  return { shard, alerts: 0, firing: 0, incidents: 0, open: 0, waiting: 0 };
}
