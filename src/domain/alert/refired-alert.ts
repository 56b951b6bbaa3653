import type { Alert } from './alert.js';

/** An alert that ended and fired again, with what reports need of it. */
export interface RefiredAlert extends Pick<
  Alert,
  'fingerprint' | 'title' | 'service' | 'source' | 'occurrenceCount' | 'receivedCount' | 'lastSeenAt'
> {
  readonly incident: string | null;
}

export function isRefired(alert: Pick<Alert, 'occurrenceCount'>): boolean {
  return alert.occurrenceCount > 1;
}

export function refiredAlertOf(alert: Alert): RefiredAlert {
  const { fingerprint, title, service, source, occurrenceCount, receivedCount, lastSeenAt, incident } = alert;
  return { fingerprint, title, service, source, occurrenceCount, receivedCount, lastSeenAt, incident };
}
