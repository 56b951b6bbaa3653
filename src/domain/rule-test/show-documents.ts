import type { Alert, JsonObject } from '../alert/alert.js';
import type { Incident } from '../incident/incident.js';
import type { Notification } from '../incident/notification.js';
import { slaClockNames } from '../incident/sla.js';
import { formatField } from '../rules/field.js';
import type { RuleSet } from '../rules/rule-set.js';

/** An alert as expectations see it. */
export function showAlert(alert: Alert): JsonObject {
  const { fingerprint, title, severity, status, service, env, category, impact, urgency, incident } = alert;
  return {
    ...{ fingerprint, title, severity, status, service, env, category, impact, urgency, incident },
    labels: alert.labels,
    annotations: alert.annotations,
    source: alert.source,
    runbook: alert.runbook,
    rule: alert.rule?.id ?? null,
    occurrences: alert.occurrenceCount,
    received: alert.receivedCount,
    disposition: dispositionOf(alert),
    attached: alert.attached,
    by: [...alert.suppressedBy, ...(alert.maintenance?.windows ?? [])].map(({ id }) => id),
  };
}

/** What became of it. */
function dispositionOf({ suppressedBy, incident, countedIn, status }: Alert): string {
  if (suppressedBy.length > 0) return suppressedBy.some(({ kind }) => kind !== 'hold') ? 'muted' : 'held';
  if (countedIn !== null) return 'counted';
  if (incident !== null) return 'incident';
  return status === 'firing' ? 'none' : 'over';
}

/** An incident as expectations see it. */
export function showIncident(
  incident: Incident,
  context: { readonly rules: RuleSet; readonly absorbed: number },
): JsonObject {
  const { id, title, state, priority, impact, urgency, category, service, tier, team, policy } = incident;
  const group = context.rules.groups.find(({ ref }) => ref.id === incident.group?.rule);
  const key = (group?.by ?? []).map((field, i) => [formatField(field), incident.group?.key[i] ?? null]);
  return {
    ...{ id, title, state, priority, impact, urgency, category, service, tier, team, policy },
    services: incident.services,
    assignee: incident.assignee,
    rule: incident.rule?.id ?? null,
    route: incident.route.id,
    by: incident.group?.sole === true ? {} : (Object.fromEntries(key) as JsonObject),
    alerts: incident.alertCount,
    occurrences: incident.occurrenceCount,
    counted: incident.group?.overflow ?? 0,
    absorbed: context.absorbed,
    mergedInto: incident.mergedInto,
    suppressed: incident.suppressed,
    stale: incident.stale,
    major: incident.major !== null,
    reopened: incident.reopenCount,
    escalated: incident.escalationCount,
    alsoNotify: incident.alsoNotify,
    sla: Object.fromEntries(slaClockNames.map((name) => [name, incident.sla[name]?.state ?? null])),
  };
}

/** A notification as expectations see it. */
export function showNotification(notification: Notification): JsonObject {
  const {
    kind,
    channel,
    notifier,
    team,
    onCall = null,
    policy,
    step,
    repeat = null,
    incident,
  } = notification;
  return {
    ...{ kind, channel, notifier, policy, step, repeat },
    to: { team, onCall },
    clock: notification.sla?.clock ?? null,
    incident: incident.id,
    priority: incident.priority,
    tier: incident.tier,
    title: incident.title,
  };
}
