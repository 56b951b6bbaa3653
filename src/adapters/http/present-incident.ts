import { completeIncident } from '../../domain/incident/complete-incident.js';
import type { Incident } from '../../domain/incident/incident.js';
import { slaClockNames } from '../../domain/incident/sla.js';
import type { OutboxItem } from '../../app/ports.js';
import { presentInstant, presentOptionalInstant } from './present-instant.js';
import { presentRule } from './present-rule.js';

/** An incident as everyone sees it (docs/openapi.yaml, Incident). What only the engine needs is left out. */
export function presentIncident(stored: Incident): Readonly<Record<string, unknown>> {
  const incident = completeIncident(stored);
  return {
    id: incident.id,
    title: incident.title,
    state: incident.state,
    priority: incident.priority,
    impact: incident.impact,
    urgency: incident.urgency,
    category: incident.category,
    service: incident.service,
    services: incident.services,
    tier: incident.tier,
    team: incident.team,
    assignee: incident.assignee,
    policy: incident.policy,
    alsoNotify: incident.alsoNotify,
    rule: presentRule(incident.rule),
    openedAt: presentInstant(incident.openedAt),
    firstAlertAt: presentInstant(incident.firstAlertAt),
    lastAlertAt: presentInstant(incident.lastAlertAt),
    acknowledgedAt: presentOptionalInstant(incident.acknowledgedAt),
    mitigatedAt: presentOptionalInstant(incident.mitigatedAt),
    resolvedAt: presentOptionalInstant(incident.resolvedAt),
    closedAt: presentOptionalInstant(incident.closedAt),
    timeToAcknowledgeMs: incident.timeToAcknowledgeMs,
    timeToResolveMs: incident.timeToResolveMs,
    heldMs: incident.heldMs,
    alertCount: incident.alertCount,
    occurrenceCount: incident.occurrenceCount,
    reopenCount: incident.reopenCount,
    escalationCount: incident.escalationCount,
    suppressed: incident.suppressed,
    sla: presentSla(incident.sla),
    ...presentPeople(incident),
    stale: incident.stale,
    evidence: incident.evidence.map((each) => ({ ...each, at: presentInstant(each.at) })),
    links: incident.links.map(({ title, url }) => ({ title, url })),
    rulesRevision: incident.rulesRevision,
  };
}

/** What people brought into it. */
function presentPeople(incident: Incident): Readonly<Record<string, unknown>> {
  const { major } = incident;
  return {
    pinned: incident.pinned,
    responders: incident.responders.map(({ person, by, at }) => ({ person, by, at: presentInstant(at) })),
    major: major && {
      declaredAt: presentInstant(major.declaredAt),
      declaredBy: major.declaredBy,
      commander: major.commander,
      communications: major.communications,
    },
    parent: incident.parent,
    children: incident.children,
    mergedInto: incident.mergedInto,
    resolutionKind: incident.resolutionKind,
    resolution: incident.resolution,
    rootCause: incident.rootCause,
    review: incident.review,
  };
}

/** A notification of the incident that is not delivered yet. */
export function presentWaiting(item: OutboxItem): Readonly<Record<string, unknown>> {
  const { notification } = item;
  return {
    id: notification.id,
    kind: notification.kind,
    createdAt: presentInstant(notification.createdAt),
    channel: notification.channel,
    notifier: notification.notifier,
    team: notification.team,
    policy: notification.policy,
    step: notification.step,
    attempts: item.attempts,
    nextAttemptAt: item.nextAttemptAt === 0 ? null : presentInstant(item.nextAttemptAt),
  };
}

/** Clocks that the incident has; one that its priority has no target for is absent. */
function presentSla(sla: Incident['sla']): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = {};
  for (const name of slaClockNames) {
    const clock = sla[name];
    if (clock === undefined) continue;
    shown[name] = {
      targetMs: clock.targetMs,
      dueAt: presentOptionalInstant(clock.dueAt),
      state: clock.state,
      calendar: clock.calendar,
    };
  }
  return shown;
}
