import type { Alert } from '../alert/alert.js';
import type { GroupWindow, Incident } from '../incident/incident.js';
import type { AdjustedAlert } from './adjust.js';
import type { Correlation } from './correlate.js';
import type { Signal } from './deduplicate.js';
import { reopenIncident } from './end-incident.js';
import { changesNothing, followMembers } from './follow-members.js';
import { isPast, prolong } from './group-window.js';
import { joinIncident } from './join-incident.js';
import { openIncident } from './open-incident.js';
import { groupKeyOf, putIncident, type ShardState } from './shard-state.js';

export interface Decided {
  readonly correlation: Correlation;
  readonly signal: Signal;
  /** What the rules made of the message; null: none came just now. */
  readonly described: AdjustedAlert | null;
}

/** Carries out what correlate decided: the alert joins, reopens or opens its incident, which then follows its members. */
export function takeIn(state: ShardState, alert: Alert, decided: Decided): void {
  const id = attach(state, alert, decided);
  if (id !== null) followMembers(state, id);
}

/** The same, but for the last step: returns the incident that has yet to follow its members; null: none has to. */
export function attach(
  state: ShardState,
  alert: Alert,
  { correlation, signal, described }: Decided,
): string | null {
  switch (correlation.kind) {
    case 'none':
      return null;
    case 'count':
      if (signal === 'new-occurrence' || alert.countedIn !== correlation.incident.id)
        countOverflow(state, correlation.incident);
      alert.countedIn = correlation.incident.id;
      return null;
    case 'open':
      endWindow(state, correlation.group);
      openIncident(state, alert, { ...correlation, signal, described });
      return null;
    case 'reopen':
      reopenIncident(state, correlation.incident, { reason: correlation.reason });
      break;
    case 'join':
      break;
  }
  const { incident, reason } = correlation;
  const explainedBy = correlation.reason === 'explained' && { explainedBy: correlation.rule.ref };
  const joined = joinIncident(state, alert, { incident, signal, reason, ...explainedBy });
  if (alert.attached) return null;
  return signal !== 'changed' && changesNothing(state, joined, alert) ? null : incident.id;
}

/**
 * A group's window ends where the next one begins: which incident gathers must not depend on which closed ones the engine
 * still remembers.
 */
function endWindow(state: ShardState, next: GroupWindow | null): void {
  if (next === null) return;
  const incident = state.incidents.get(state.groups.get(groupKeyOf(next)) ?? '');
  if (incident?.group == null || isPast(incident.group, state.at)) return;
  if (incident.state === 'closed' && incident.mergedInto === null) return;
  putIncident(state, { ...incident, group: { ...incident.group, until: state.at } });
}

function countOverflow(state: ShardState, incident: Incident): void {
  const group = incident.group;
  if (group === null) return;
  putIncident(state, {
    ...incident,
    group: { ...prolong(group, 'alert', state.at), overflow: group.overflow + 1 },
  });
}
