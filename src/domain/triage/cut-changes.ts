import type { Changes, ShardRecord } from './changes.js';
import type { ShardState } from './shard-state.js';
import { createPendingChanges } from './pending-changes.js';
import { tallyOf } from './tally-alerts.js';

/** Takes what changed since the last cut. */
export function cutChanges(state: ShardState): Changes {
  const taken = { ...state.pending };
  state.pending = createPendingChanges();
  const shard = shardRecord(state);
  return {
    shard,
    alerts: [...taken.alerts],
    touched: [...taken.touched].filter((alert) => !taken.alerts.has(alert)),
    formerAlerts: taken.formerAlerts,
    incidents: [...taken.incidents.values()],
    silences: [...taken.silences.values()],
    timeline: taken.timeline,
    tallies: [...taken.tallies, ...tallyOf(state.tally, shard.totals)],
    outcomes: taken.outcomes,
    deadLetters: [...taken.deadLetters.values()],
    notifications: [...taken.notifications.values()],
    settled: taken.settled,
    forgotten: {
      alerts: [...taken.forgotten.alerts],
      incidents: [...taken.forgotten.incidents],
      silences: [...taken.forgotten.silences],
      outcomes: [...taken.forgotten.outcomes],
    },
  };
}

function shardRecord(state: ShardState): ShardRecord {
  return {
    at: state.at,
    lastIncident: state.lastIncident,
    lastEvent: state.lastEvent,
    rules: state.rulesHash,
    rulesHistory: [...state.rulesHistory],
    totals: state.totals.snapshot(),
    tally: state.tally,
    origins: state.seenMessages.snapshot(),
    ...(state.spread !== null && { spread: state.spread }),
    ...(state.relay.last > 0 && { relay: state.relay }),
    ...(state.movedUpTo > 0 && { movedUpTo: state.movedUpTo }),
    ruleLastHits: Object.fromEntries(state.ruleLastHits),
    ...(state.brokenRules !== null &&
      state.brokenRules.size > 0 && { brokenRules: [...state.brokenRules.values()] }),
    ...(state.warming.length > 0 && { warming: state.warming }),
  };
}
