import { addCounts, noAlerts } from '../alert/alert-tally.js';
import type { Spread } from '../alert/shard-of-alert.js';
import type { ShardRecord } from './changes.js';
import { placeOf, type BrokenNote, type Warming } from './rule-troubles.js';
import type { SeenMessages } from './seen-messages.js';
import { beginTally, type RunningTally } from './tally-alerts.js';
import { addTotals, noTotals } from './totals.js';

/**
 * What the shards of a log remember when it is spread otherwise, by shard. `old` are the records of its shards as of one instant, by shard; one
 * on which nobody has worked has none. Totals go to the shard of the same number, as far as there is one, so that its counters go on.
 */
export function spreadRecords(old: ReadonlyMap<number, ShardRecord>, to: Spread): readonly ShardRecord[] {
  const all = [...old.values()];
  const lastIncident = Math.max(...all.map((record) => record.lastIncident));
  const common = {
    at: Math.max(...all.map(({ at }) => at)),
    // Above all numbers that there are: ids stay unique, and events of an incident in order.
    lastIncident,
    lastEvent: Math.max(...all.map(({ lastEvent }) => lastEvent)),
    rules: old.get(0)?.rules ?? null,
    rulesHistory: [...new Set(all.flatMap(({ rulesHistory }) => rulesHistory))],
    origins: furthestSeen(all.map(({ origins = {} }) => origins)),
    ...relaysOf(old.get(0)),
    ...troublesOf(all),
    ...(lastIncident > 0 && { movedUpTo: lastIncident }),
  };
  return Array.from({ length: to.shards }, (_, shard): ShardRecord => ({
    ...common,
    ...countsOf(
      [...old].flatMap(([of, record]) => (heirOf(of, to) === shard ? record : [])),
      common.at,
    ),
    ...(shard === 0 && to.shards > 1 && { spread: to }),
  }));
}

/** Of one rule set: what has broken or begins anew on one shard may do so on any. */
function troublesOf(all: readonly ShardRecord[]): Pick<ShardRecord, 'brokenRules' | 'warming'> {
  const broken = mergeNotes(
    all.flatMap(({ brokenRules = [] }) => brokenRules),
    { keyOf: ({ rule }) => placeOf(rule), merge: lastOf },
  );
  const warming = mergeNotes(
    all.flatMap((record) => record.warming ?? []),
    { keyOf: ({ kind, id }) => `${kind} ${id}`, merge: longestOf },
  );
  return {
    ...(broken.length > 0 && { brokenRules: broken }),
    ...(warming.length > 0 && { warming }),
  };
}

/** One note for each key, the oldest with what later ones add to it. */
function mergeNotes<T extends { readonly since: number }>(
  all: readonly T[],
  by: { readonly keyOf: (note: T) => string; readonly merge: (older: T, later: T) => T },
): readonly T[] {
  const notes = new Map<string, T>();
  for (const note of [...all].sort((a, b) => a.since - b.since)) {
    const key = by.keyOf(note);
    const older = notes.get(key);
    notes.set(key, older === undefined ? note : by.merge(older, note));
  }
  return [...notes.values()];
}

function lastOf(older: BrokenNote, later: BrokenNote): BrokenNote {
  return { ...older, lastAt: Math.max(older.lastAt, later.lastAt) };
}

function longestOf(older: Warming, later: Warming): Warming {
  const isOpenEnded = older.until === null || later.until === null;
  return { ...older, until: isOpenEnded ? null : Math.max(older.until, later.until) };
}

/** The shard that goes on with the counts of an old one. */
export function heirOf(old: number, { shards }: Spread): number {
  return old % shards;
}

/** Everybody has what was sent on so far; who is late with it says nothing new. */
function relaysOf(first: ShardRecord | undefined): Pick<ShardRecord, 'relay'> {
  const last = first?.relay?.last ?? 0;
  return last === 0 ? {} : { relay: { last, waiting: [] } };
}

function countsOf(
  old: readonly ShardRecord[],
  at: number,
): Pick<ShardRecord, 'totals' | 'tally' | 'ruleLastHits'> {
  const totals = old.map((record) => record.totals).reduce(addTotals, noTotals);
  const [first] = old;
  return {
    totals,
    tally: first === undefined ? beginTally(at, totals) : sumOf(old),
    ruleLastHits: newestOf(old.map(({ ruleLastHits }) => ruleLastHits)),
  };
}

/** All stand in the same hour. */
function sumOf(old: readonly ShardRecord[]): RunningTally {
  const tallies = old.map(({ at, totals, tally }) => tally ?? beginTally(at, totals));
  const hour = Math.max(...tallies.map((tally) => tally.hour));
  return { hour, since: tallies.map(({ since }) => since).reduce(addCounts, noAlerts) };
}

function newestOf(all: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const newest: Record<string, number> = {};
  for (const times of all)
    for (const [rule, at] of Object.entries(times)) newest[rule] = Math.max(at, newest[rule] ?? 0);
  return newest;
}

type Origins = NonNullable<ShardRecord['origins']>;

/** Up to there a partition was taken in by all shards, each its part. */
function furthestSeen(all: readonly Origins[]): Origins {
  const furthest: Record<string, Record<string, SeenMessages>> = {};
  for (const origins of all) {
    for (const [partition, incarnations] of Object.entries(origins)) {
      const known = (furthest[partition] ??= {});
      for (const [incarnation, seen] of Object.entries(incarnations))
        known[incarnation] = further(known[incarnation], seen);
    }
  }
  return furthest;
}

function further(one: SeenMessages | undefined, other: SeenMessages): SeenMessages {
  if (one === undefined) return other;
  const reached = ({ alerts, letters }: SeenMessages): number => Math.max(alerts, letters);
  return {
    alerts: Math.max(one.alerts, other.alerts),
    letters: Math.max(one.letters, other.letters),
    at: reached(one) > reached(other) ? one.at : other.at,
  };
}
