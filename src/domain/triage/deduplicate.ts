import type { Alert, IncomingAlert } from '../alert/alert.js';
import { fingerprintProbe } from '../alert/fingerprint.js';

/** What a message means for the fingerprint it is about. */
export type Signal =
  /** Firing after silence or for the first time: a new occurrence. */
  | 'new-occurrence'
  /** Firing again within the occurrence that was thought over (the other of an HA pair still saw it, or it was late). */
  | 'refired'
  /** Still firing, with another severity, other values or under other rules. */
  | 'changed'
  /** Nothing that matters is new. */
  | 'repeat'
  /** It has ended; of one thought expired the source's word was late, and counts. */
  | 'cleared'
  /** News about an occurrence that is over or was never seen firing. */
  | 'late';

/** Finds the alert of these labels. Of two label sets with one hash, the later lives under a probed id. */
export function findAlert(
  alerts: ReadonlyMap<string, Alert>,
  incoming: IncomingAlert,
): { id: string; alert: Alert | null } {
  let id = incoming.fingerprint;
  for (let probe = 1; ; probe += 1) {
    const alert = alerts.get(id);
    if (alert === undefined) return { id, alert: null };
    if (sameEntries(alert.said?.labels ?? alert.labels, incoming.labels)) return { id, alert };
    id = fingerprintProbe(incoming.labels, probe);
  }
}

/** True where the message says that it is over at the instant. */
export function isOver(incoming: IncomingAlert, at: number): boolean {
  return incoming.resolved === true || (incoming.endsAt !== undefined && incoming.endsAt <= at);
}

/**
 * Stage deduplicate: one occurrence is one uninterrupted firing. A start that lies inside the occurrence known last
 * belongs to it, whichever sender says so; the earliest start is kept.
 */
export function deduplicate(
  known: Alert | null,
  incoming: IncomingAlert,
  now: { at: number; rulesRevision: string },
): Signal {
  if (isOver(incoming, now.at))
    return known !== null && known.status !== 'resolved' && endsAfterStart(known, incoming)
      ? 'cleared'
      : 'late';
  if (known === null) return 'new-occurrence';
  if (known.status !== 'firing') return startsWithin(known, incoming) ? 'refired' : 'new-occurrence';
  const unchanged =
    (known.said?.severity ?? known.severity) === incoming.severity &&
    sameNumbers(known.said?.values === undefined ? known.values : known.said.values, incoming.values) &&
    known.rulesRevision === now.rulesRevision;
  return unchanged ? 'repeat' : 'changed';
}

/** The end of an earlier occurrence, arriving late, does not end the present one. */
function endsAfterStart(known: Alert, incoming: IncomingAlert): boolean {
  return incoming.endsAt === undefined || incoming.endsAt >= known.startsAt;
}

function startsWithin(known: Alert, incoming: IncomingAlert): boolean {
  return incoming.startsAt !== undefined && incoming.startsAt <= (known.endsAt ?? known.lastSeenAt);
}

function sameNumbers(
  a: Readonly<Record<string, number>> | null,
  b: Readonly<Record<string, number>> | undefined,
): boolean {
  if (a === null || b === undefined) return a === null && b === undefined;
  return sameEntries(a, b);
}

/**
 * Equal keys with equal values. Called for every message: no array is made of the keys. A name that only the prototype has
 * gives something that is no label value, and so differs.
 */
export function sameEntries<V extends string | number>(
  a: Readonly<Record<string, V>>,
  b: Readonly<Record<string, V>>,
): boolean {
  if (a === b) return true;
  for (const name in b) if (a[name] !== b[name]) return false;
  for (const name in a) if (!Object.hasOwn(b, name)) return false;
  return true;
}
