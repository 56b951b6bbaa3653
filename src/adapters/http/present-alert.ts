import type { Alert } from '../../domain/alert/alert.js';
import { presentInstant, presentOptionalInstant } from './present-instant.js';
import { presentRule } from './present-rule.js';

/** An alert as everyone sees it (docs/openapi.yaml, Alert). What only the engine needs is left out. */
export function presentAlert(alert: Alert): Readonly<Record<string, unknown>> {
  return {
    fingerprint: alert.fingerprint,
    source: alert.source,
    status: alert.status,
    severity: alert.severity,
    labels: alert.labels,
    annotations: alert.annotations,
    service: alert.service,
    env: alert.env,
    category: alert.category,
    startsAt: presentInstant(alert.startsAt),
    endsAt: presentOptionalInstant(alert.endsAt),
    receivedAt: presentInstant(alert.receivedAt),
    lastSeenAt: presentInstant(alert.lastSeenAt),
    occurrenceCount: alert.occurrenceCount,
    receivedCount: alert.receivedCount,
    suppressedBy: alert.suppressedBy.map(({ kind, id, reason, rule }) => ({
      ...{ kind, id, reason },
      rule: presentRule(rule ?? null),
    })),
    maintenance: (alert.maintenance?.windows ?? []).map(({ id, reason, rule, capPriority }) => ({
      ...{ id, reason, capPriority },
      rule: presentRule(rule),
    })),
    incident: alert.incident,
    rule: presentRule(alert.rule),
    raw: alert.raw,
  };
}
