import type { Alert } from '../../domain/alert/alert.js';
import { receiptOf, reportOf } from '../../domain/alert/person-report.js';
import type { Incident } from '../../domain/incident/incident.js';
import { isOpen } from '../../domain/incident/lifecycle.js';
import { presentInstant, presentOptionalInstant } from './present-instant.js';

/** What a reporter sees of their report (docs/openapi.yaml, PersonReport): how it goes, and nothing of how it is handled. */
export function presentPersonReport(
  alert: Alert,
  incident: Incident | null,
): Readonly<Record<string, unknown>> {
  return {
    receipt: receiptOf(alert.fingerprint),
    state: stateOf(alert, incident),
    summary: reportOf(alert)?.summary ?? alert.title,
    receivedAt: presentInstant(alert.receivedAt),
    service: incident?.service ?? alert.service,
    incident: alert.incident,
    title: incident?.title ?? null,
    acknowledgedAt: presentOptionalInstant(incident?.acknowledgedAt ?? null),
    mitigatedAt: presentOptionalInstant(incident?.mitigatedAt ?? null),
    resolvedAt: presentOptionalInstant(incident?.resolvedAt ?? null),
    closedAt: presentOptionalInstant(incident?.closedAt ?? null),
  };
}

/** `received`: nobody has been told yet, for something holds such alerts back. */
function stateOf(alert: Alert, incident: Incident | null): 'received' | 'open' | 'resolved' | 'closed' {
  if (alert.incident === null) return alert.status === 'firing' ? 'received' : 'resolved';
  if (incident === null) return 'closed';
  if (isOpen(incident)) return 'open';
  return incident.state === 'resolved' ? 'resolved' : 'closed';
}
