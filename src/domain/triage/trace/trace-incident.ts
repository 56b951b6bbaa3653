import type { Alert } from '../../alert/alert.js';
import { startRun, type EscalationPolicy } from '../../incident/escalation.js';
import type { Incident } from '../../incident/incident.js';
import { isMoreImportant } from '../../incident/priority.js';
import { alertSubject } from '../alert-subject.js';
import { serviceOf } from '../bind.js';
import type { Correlation } from '../correlate.js';
import { countMembers } from '../follow-members.js';
import { draftIncident } from '../open-incident.js';
import { assess, clocksOf, keepPins } from '../prioritize.js';
import { movedBy } from '../reroute.js';
import { incidentSubject, route } from '../route.js';
import { rulesOf, type ShardState } from '../shard-state.js';
import type { TracedRoute } from './decision-trace.js';
import { keptRoute, traceRoute } from './trace-route.js';

/** What becomes of the incident that the alert opens or joins. */
export interface TracedIncident {
  readonly incident: Incident;
  readonly route: TracedRoute;
}

/** The incident with the alert in it, prioritized and routed; null: the alert opens none and raises none. Writes nothing. */
export function traceIncident(
  state: ShardState,
  alert: Alert,
  correlation: Correlation,
): TracedIncident | null {
  if (alert.suppressedBy.length > 0) return null;
  if (correlation.kind === 'open') return opened(state, alert, correlation);
  if (correlation.kind !== 'join' && correlation.kind !== 'reopen') return null;
  return joined(state, alert, correlation.incident);
}

function opened(
  state: ShardState,
  alert: Alert,
  why: Extract<Correlation, { kind: 'open' }>,
): TracedIncident {
  const rules = rulesOf(state);
  const draft = draftIncident(state, alert, { ...why, signal: 'new-occurrence' });
  const subject = alertSubject(alert, serviceOf(draft, rules), draft);
  const traced = traceRoute(rules, subject, state.at);
  const { tier, team, policy } = traced;
  const routed = { ...draft, tier, team, policy };
  const found = rules.policies.get(policy);
  return { route: traced, incident: found === undefined ? routed : inPolicy(state, routed, found) };
}

/** A raise is routed anew; else the incident stays where it is. */
function joined(state: ShardState, alert: Alert, incident: Incident): TracedIncident {
  const others = countMembers(state, incident.id).counting.filter(
    ({ fingerprint }) => fingerprint !== alert.fingerprint,
  );
  const assessed = assess(state, [...others, alert]);
  const wanted = assessed === null ? incident : keepPins(state, incident, assessed);
  if (!isMoreImportant(wanted.priority, incident.priority)) return { incident, route: keptRoute(incident) };
  const rules = rulesOf(state);
  const raised = { ...incident, ...wanted, sla: clocksOf(state, incident, wanted.priority) };
  // What the root alert says now is what the message says of it.
  const subject =
    incident.root === alert.fingerprint
      ? alertSubject(alert, serviceOf(raised, rules), raised)
      : incidentSubject(state, raised);
  const moved = movedBy(raised, route(rules, subject, state.at));
  const policy = moved.policy === incident.escalation.policy ? undefined : rules.policies.get(moved.policy);
  const { tier, team } = moved;
  return {
    route: { ...traceRoute(rules, subject, state.at), tier, team },
    incident: policy === undefined ? moved : inPolicy(state, moved, policy),
  };
}

/** The incident at the beginning of a policy's run. */
function inPolicy(state: ShardState, incident: Incident, policy: EscalationPolicy): Incident {
  return { ...incident, escalation: startRun(policy, 1, { ...incident, at: state.at }) };
}
