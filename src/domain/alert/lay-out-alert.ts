import type { Alert } from './alert.js';

/**
 * The alert as an object that is quick to find one's way in. There are hundreds of thousands, and each message reads its own:
 * all are made here, so that all have one shape, with the fields that every repeat reads and writes side by side in front.
 * (Copied with a spread they take four times as long to read.)
 */
export function layOutAlert(alert: Alert): Alert {
  return {
    fingerprint: alert.fingerprint,
    status: alert.status,
    severity: alert.severity,
    labels: alert.labels,
    said: alert.said,
    annotations: alert.annotations,
    title: alert.title,
    values: alert.values,
    rulesRevision: alert.rulesRevision,
    incident: alert.incident,
    suppressedBy: alert.suppressedBy,
    lastSeenAt: alert.lastSeenAt,
    receivedCount: alert.receivedCount,
    startsAt: alert.startsAt,
    expiresAt: alert.expiresAt,
    expiryAssumed: alert.expiryAssumed,
    countedIn: alert.countedIn,
    maintenance: alert.maintenance,
    hold: alert.hold,
    lingers: alert.lingers,
    source: alert.source,
    raw: alert.raw,
    env: alert.env,
    service: alert.service,
    category: alert.category,
    impact: alert.impact,
    urgency: alert.urgency,
    runbook: alert.runbook,
    rule: alert.rule,
    endsAt: alert.endsAt,
    receivedAt: alert.receivedAt,
    occurrenceCount: alert.occurrenceCount,
    forgetAt: alert.forgetAt,
  };
}
