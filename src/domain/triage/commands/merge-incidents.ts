import { haltRun } from '../../incident/escalation.js';
import type { Incident } from '../../incident/incident.js';
import { isOpen } from '../../incident/lifecycle.js';
import { countResolveFrom, meetAcknowledge, stopClocks } from '../../incident/sla.js';
import { closedMemoryMs, held } from '../end-incident.js';
import { endOfMerges } from '../end-of-merges.js';
import { followMembers } from '../follow-members.js';
import { addReceivers, tellEverybody } from '../notify.js';
import type { Verdict } from '../outcome.js';
import { putIncident, rulesOf, type ShardState } from '../shard-state.js';
import { addEvent } from '../timeline.js';
import { withdrawAnnouncements, withdrawCalls } from '../withdraw.js';
import { noteOf, type Asked } from './asked.js';
import { inheritMajor } from './declare-major.js';
import { membersOf, moveMembers, servicesOf } from './move-members.js';
import { passOnFamily } from './pass-on-family.js';
import { refuseOtherShard } from './refuse-other-shard.js';

/**
 * One trouble, one incident: this one ends as a record and goes on in another, which gets its alerts, its window, its
 * earlier opening and acknowledgement, and everybody who was told. It counts into no time to resolve. `split` undoes it.
 */
export function merge(state: ShardState, { incident, command, by }: Asked<'merge'>): Verdict {
  const found = findTarget(state, incident, command.into);
  if ('reason' in found) return found;
  const alerts = membersOf(state, incident.id);
  const brought = alerts.map(({ fingerprint }) => fingerprint);
  const note = noteOf(command);
  state.totals.inc('incidents_merged', [incident.priority, incident.tier]);
  addEvent(state, {
    incident: incident.id,
    type: 'merged',
    by,
    detail: { into: found.id, alerts: brought, ...note },
  });
  passOnFamily(state, { from: incident.id, to: found.id, by });
  moveMembers(state, alerts, found.id);
  addEvent(state, {
    incident: found.id,
    type: 'absorbed',
    by,
    detail: { incident: incident.id, alerts: brought, ...note },
  });
  absorb(state, { absorbed: incident, into: found.id, by });
  endAsMerged(state, { id: incident.id, into: found.id, brought });
  followMembers(state, found.id);
  return null;
}

function findTarget(state: ShardState, incident: Incident, id: string): Incident | Exclude<Verdict, null> {
  const elsewhere = refuseOtherShard(state, { incident: incident.id, other: id, not: 'can not be merged' });
  if (elsewhere !== null) return elsewhere;
  const named = state.incidents.get(id);
  if (named === undefined)
    return { reason: 'unknown-target', detail: `there is no incident ${id}, or it was closed long ago` };
  const end = endOfMerges(state, named);
  const via = end.id === id ? id : `${id}, which was merged into ${end.id},`;
  if (end.id === incident.id) return { reason: 'merge-into-itself', detail: `${via} is the incident itself` };
  if (!isOpen(end)) return { reason: 'target-not-open', detail: `${via} is ${end.state}` };
  return end;
}

function endAsMerged(
  state: ShardState,
  merged: { readonly id: string; readonly into: string; readonly brought: readonly string[] },
): void {
  const { at } = state;
  const incident = state.incidents.get(merged.id) as Incident;
  const ended: Incident = {
    ...incident,
    ...held(incident, at),
    state: 'closed',
    resolvedAt: at,
    resolvedReason: 'merged',
    closedAt: at,
    mergedInto: merged.into,
    brought: merged.brought,
    sla: stopClocks(incident.sla, at),
    escalation: haltRun(incident.escalation, at),
    lowerAt: null,
    autoResolveAt: null,
    forgetAt: at + closedMemoryMs,
  };
  putIncident(state, tellEverybody(state, withdrawAnnouncements(state, ended, 'merged'), { kind: 'merged' }));
}

/** The target with what both know: the earlier opening and acknowledgement, all counts, links, helpers and receivers. */
function absorb(
  state: ShardState,
  { absorbed, into, by }: { readonly absorbed: Incident; readonly into: string; readonly by: string },
): void {
  const target = state.incidents.get(into) as Incident;
  const openedAt = Math.min(target.openedAt, absorbed.openedAt);
  const united: Incident = {
    ...target,
    openedAt,
    firstAlertAt: Math.min(target.firstAlertAt, absorbed.firstAlertAt),
    lastAlertAt: Math.max(target.lastAlertAt, absorbed.lastAlertAt),
    alertCount: target.alertCount + absorbed.alertCount,
    occurrenceCount: target.occurrenceCount + absorbed.occurrenceCount,
    services: servicesOf(target, membersOf(state, into)),
    splitOff: unite(target.splitOff, absorbed.splitOff, (fingerprint) => fingerprint).filter(
      (fingerprint) => state.alerts.get(fingerprint)?.incident !== into,
    ),
    responders: unite(target.responders, absorbed.responders, ({ person }) => person),
    links: unite(target.links, absorbed.links, ({ url }) => url),
    alsoNotify: unite(target.alsoNotify, absorbed.alsoNotify, (team) => team),
    told: addReceivers(target.told, absorbed.told),
    sla: countResolveFrom(target.sla, openedAt, rulesOf(state).calendars),
  };
  putIncident(
    state,
    inheritMajor(state, {
      incident: takeOver(state, { incident: united, absorbed, by }),
      from: absorbed,
      by,
    }),
  );
}

/** All of both; of two with the same key the first. */
function unite<T>(known: readonly T[], others: readonly T[], keyOf: (one: T) => string): readonly T[] {
  const keys = new Set(known.map(keyOf));
  return [...known, ...others.filter((other) => !keys.has(keyOf(other)))];
}

/** Whoever has the absorbed one in hand has both: the earlier acknowledgement counts. */
function takeOver(
  state: ShardState,
  {
    incident,
    absorbed,
    by,
  }: { readonly incident: Incident; readonly absorbed: Incident; readonly by: string },
): Incident {
  const times = [incident.acknowledgedAt, absorbed.acknowledgedAt].filter((at) => at !== null);
  if (times.length === 0) return incident;
  const acknowledgedAt = Math.min(...times);
  const known = { ...incident, acknowledgedAt, timeToAcknowledgeMs: acknowledgedAt - incident.openedAt };
  if (incident.acknowledgedAt !== null) return known;
  addEvent(state, {
    incident: incident.id,
    type: 'acknowledged',
    by,
    reason: 'merged',
    detail: { incident: absorbed.id },
  });
  const taken: Incident = {
    ...known,
    state: 'acknowledged',
    assignee: incident.assignee ?? absorbed.assignee,
    sla: meetAcknowledge(incident.sla),
  };
  return withdrawCalls(state, taken, 'acknowledged');
}
