import type { Alert, JsonObject } from '../alert/alert.js';
import { untouchedByPeople } from '../incident/complete-incident.js';
import { noRun } from '../incident/escalation.js';
import type { GroupWindow, Incident } from '../incident/incident.js';
import { formatIncidentId } from '../incident/incident-id.js';
import { startClocks } from '../incident/sla.js';
import type { GroupRule } from '../rules/rule-set.js';
import { renderTemplate } from '../rules/template.js';
import type { AdjustedAlert } from './adjust.js';
import { alertSubject } from './alert-subject.js';
import { serviceOf } from './bind.js';
import type { Signal } from './deduplicate.js';
import { startEscalation } from './escalate.js';
import { joinIncident } from './join-incident.js';
import { assess } from './prioritize.js';
import { incidentSubject, route } from './route.js';
import { putIncident, rulesOf, slaNow, type ShardState } from './shard-state.js';
import { addEvent, engineName } from './timeline.js';
import { asDetail, decideOpening } from './trace/opening-decision.js';

interface Cause {
  readonly group: GroupWindow | null;
  readonly rule: GroupRule | null;
}

interface Opening extends Cause {
  readonly signal: Signal;
  readonly reason: string;
  /** What the rules made of the message that opens it; null: no message does, but the end of what held the alert back. */
  readonly described?: AdjustedAlert | null;
  /** Absent: the engine. */
  readonly by?: string;
  /** Where it opens with several alerts at once, all that count: they set the priority. */
  readonly counting?: readonly Alert[];
}

/** Opens an incident with the alert as its first member: prioritize, route and escalate for the first time. Returns its id. */
export function openIncident(state: ShardState, alert: Alert, why: Opening): string {
  const rules = rulesOf(state);
  state.lastIncident += 1;
  const draft = draftIncident(state, alert, why);
  const routed = route(rules, incidentSubject(state, draft), state.at);
  const opened = putIncident(state, { ...draft, ...routed });
  const { id, title, priority, impact, urgency, tier, team } = opened;
  state.totals.inc('incidents_opened', [priority, tier]);
  addEvent(state, {
    incident: id,
    type: 'opened',
    by: why.by ?? engineName,
    reason: why.reason,
    rule: opened.rule,
    detail: {
      alert: alert.fingerprint,
      title,
      priority,
      impact,
      urgency,
      ...decisionOf(state, alert, { opened, why }),
    },
  });
  const joined = joinIncident(state, alert, { incident: opened, ...why });
  addEvent(state, {
    incident: id,
    type: 'routed',
    reason: 'opened',
    rule: opened.route,
    detail: { tier, team, policy: opened.policy },
  });
  const policy = rules.policies.get(opened.policy);
  if (policy !== undefined) putIncident(state, startEscalation(state, joined, policy));
  return id;
}

/** What a person opens, by a split, no rule decided. */
function decisionOf(
  state: ShardState,
  alert: Alert,
  { opened, why }: { readonly opened: Incident; readonly why: Opening },
): JsonObject {
  const { described, rule } = why;
  if (described === undefined) return {};
  return { decision: asDetail(decideOpening(state, alert, { described, rule, incident: opened })) };
}

/** The incident as it opens, before its route is known. Writes nothing. */
export function draftIncident(state: ShardState, alert: Alert, why: Opening): Incident {
  const rules = rulesOf(state);
  const at = state.at;
  const assessed = assess(state, why.counting ?? [alert]);
  if (assessed === null) throw new Error('invariant: an incident opens for an alert that counts');
  return {
    id: formatIncidentId(state.shard, state.lastIncident),
    number: state.lastIncident,
    shard: null,
    title: titleOf(state, alert, why),
    state: 'new',
    ...assessed,
    category: why.rule?.incident.category ?? alert.category,
    service: alert.service,
    services: [],
    tier: 'L1',
    team: '',
    assignee: null,
    policy: '',
    alsoNotify: [],
    rule: why.rule?.ref ?? null,
    route: rules.routing.ref,
    root: alert.fingerprint,
    openedAt: at,
    firstAlertAt: at,
    lastAlertAt: at,
    ...untouched,
    sla: startClocks(rules.sla.get(assessed.priority) ?? {}, slaNow(state)),
    group: why.group,
    escalation: noRun(at),
    rulesRevision: rules.revision,
  };
}

/** What nobody has done to it yet. */
const untouched = {
  acknowledgedAt: null,
  mitigatedAt: null,
  resolvedAt: null,
  resolvedReason: null,
  closedAt: null,
  timeToAcknowledgeMs: null,
  timeToResolveMs: null,
  heldMs: 0,
  heldSince: null,
  alertCount: 0,
  occurrenceCount: 0,
  reopenCount: 0,
  escalationCount: 0,
  suppressed: false,
  stale: false,
  ...untouchedByPeople,
  evidence: [],
  links: [],
  told: [],
  undelivered: [],
  lowerAt: null,
  routeTurnsAt: null,
  autoResolveAt: null,
  autoCloseAt: null,
  reopenUntil: null,
  forgetAt: null,
} as const;

/** The rule's title; an alert that is a group of its own speaks for itself. */
export function titleOf(state: ShardState, alert: Alert, why: Cause): string {
  const template = why.group?.sole === false ? (why.rule?.incident.title ?? null) : null;
  if (template === null) return alert.title;
  const subject = alertSubject(alert, serviceOf(alert, rulesOf(state)));
  return renderTemplate(template, (field) => subject.read(field));
}
