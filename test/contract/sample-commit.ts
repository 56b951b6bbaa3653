import type { Commit } from '../../src/app/ports.js';
import type { Changes, ShardRecord } from '../../src/domain/triage/changes.js';

/** A shard's record at a log time. */
export function sampleShardRecord(given: Partial<ShardRecord> = {}): ShardRecord {
  return {
    at: 1_000_000,
    lastIncident: 0,
    lastEvent: 0,
    rules: null,
    rulesHistory: [],
    totals: { counters: {}, histograms: {} },
    ruleLastHits: {},
    ...given,
  };
}

/** Changes with nothing in them but what is given. */
export function sampleChanges(given: Partial<Changes> = {}): Changes {
  return {
    shard: sampleShardRecord(),
    alerts: [],
    touched: [],
    formerAlerts: [],
    incidents: [],
    silences: [],
    timeline: [],
    tallies: [],
    outcomes: [],
    deadLetters: [],
    notifications: [],
    settled: [],
    forgotten: nothingForgotten,
    ...given,
  };
}

export const nothingForgotten: Changes['forgotten'] = {
  alerts: [],
  incidents: [],
  silences: [],
  outcomes: [],
};

/** Commit `number` of shard 0, at ten times the position. */
export function sampleCommit(number: number, given: Partial<Changes> = {}): Commit {
  return { shard: 0, number, position: number * 10, changes: sampleChanges(given) };
}
