import { unsuppressed, type Alert, type AlertStatus, type IncomingAlert } from '../alert/alert.js';
import { layOutAlert } from '../alert/lay-out-alert.js';
import { reportOf } from '../alert/person-report.js';
import { isOpen } from '../incident/lifecycle.js';
import type { AdjustedAlert } from './adjust.js';
import type { Signal } from './deduplicate.js';
import { sameEntries } from './deduplicate.js';
import { putAlert, rulesOf, touchAlert, type ShardState } from './shard-state.js';

const hour = 3_600_000;
/** An alert that no longer fires leaves the engine's memory after this long; the store keeps it. */
export const alertMemoryMs = 24 * hour;

type Times = Pick<IncomingAlert, 'endsAt' | 'timeoutMs'>;

/** When silence makes the alert expired: at the end it named, else after its sender's timeout or the bundle's ttl. */
function expiryOf(
  times: Times,
  at: number,
  ttlMs: number,
): { readonly expiresAt: number; readonly assumed: boolean } {
  if (times.endsAt !== undefined) return { expiresAt: times.endsAt, assumed: false };
  return { expiresAt: at + (times.timeoutMs ?? ttlMs), assumed: true };
}

/** A message that says nothing new: counted, and its word on the end is taken. An end said earlier outlives an assumed one. */
export function rememberRepeat(state: ShardState, alert: Alert, incoming: IncomingAlert): void {
  const dueBefore = alert.expiresAt;
  alert.lastSeenAt = state.at;
  alert.receivedCount += 1;
  if (incoming.startsAt !== undefined && incoming.startsAt < alert.startsAt)
    alert.startsAt = incoming.startsAt;
  const { expiresAt, assumed } = expiryOf(incoming, state.at, rulesOf(state).defaults.ttlMs);
  const moves = alert.expiryAssumed || expiresAt >= (alert.expiresAt ?? 0);
  if (moves && reportOf(alert) === null) {
    alert.expiresAt = expiresAt;
    alert.expiryAssumed = assumed;
  }
  touchAlert(state, alert, dueBefore);
}

/** True where annotations or title differ from what the sender said last: they are taken over without judging again. */
export function hasNewWords(alert: Alert, incoming: IncomingAlert): boolean {
  return (
    (alert.said?.title ?? alert.title) !== incoming.title ||
    !sameEntries(alert.said?.annotations ?? alert.annotations, incoming.annotations)
  );
}

export function rememberWords(state: ShardState, alert: Alert, described: AdjustedAlert): void {
  alert.title = described.title;
  alert.annotations = described.annotations;
  alert.said = described.said;
  putAlert(state, alert);
}

/** A late word about an occurrence that is over: the later end counts. */
export function rememberLate(state: ShardState, alert: Alert, incoming: IncomingAlert): void {
  alert.lastSeenAt = state.at;
  alert.receivedCount += 1;
  if (alert.status !== 'firing' && incoming.endsAt !== undefined && incoming.endsAt > (alert.endsAt ?? 0)) {
    alert.endsAt = incoming.endsAt;
  }
  putAlert(state, alert);
}

/** The source says that it is over. */
export function rememberEnd(state: ShardState, alert: Alert, incoming: IncomingAlert): void {
  turn(state, alert, 'resolved');
  alert.endsAt = incoming.endsAt ?? state.at;
  alert.lastSeenAt = state.at;
  alert.receivedCount += 1;
  endOccurrence(state, alert);
}

/** A person resolved the incident of a report: that is its answer. */
export function rememberAnswered(state: ShardState, alert: Alert): void {
  turn(state, alert, 'resolved');
  alert.attached = false;
  alert.endsAt = state.at;
  endOccurrence(state, alert);
}

/** The incident of an answered report goes on, and the report with it. */
export function rememberOpenAgain(state: ShardState, alert: Alert): void {
  turn(state, alert, 'firing');
  alert.endsAt = null;
  alert.forgetAt = null;
  putAlert(state, alert);
}

/** Nobody said a word until the end that was named or assumed. */
export function rememberExpiry(state: ShardState, alert: Alert): void {
  turn(state, alert, 'expired');
  alert.endsAt = alert.expiresAt;
  endOccurrence(state, alert);
}

/** The one place where a known alert's status changes. */
function turn(state: ShardState, alert: Alert, status: AlertStatus): void {
  state.census.alert(alert.status, status);
  const writable: { status: AlertStatus } = alert;
  writable.status = status;
}

function endOccurrence(state: ShardState, alert: Alert): void {
  alert.expiresAt = null;
  alert.suppressedBy = unsuppressed;
  alert.maintenance = null;
  alert.hold = null;
  alert.forgetAt = state.at + alertMemoryMs;
  putAlert(state, alert);
}

/**
 * An alert may go to another incident, from one that is over, or from one to which it was only attached and in which it has ended: as it
 * is now, before its next occurrence overwrites it, it stays in the history of the one it leaves.
 */
export function keepFormer(state: ShardState, known: Alert): void {
  if (known.incident === null) return;
  const incident = state.incidents.get(known.incident);
  const hasEnded = known.attached && known.status !== 'firing';
  if (hasEnded || incident === undefined || !isOpen(incident)) state.pending.formerAlerts.push({ ...known });
}

interface JudgedMessage {
  readonly id: string;
  readonly known: Alert | null;
  readonly incoming: IncomingAlert;
  readonly signal: Signal;
}

/** Writes a judged message into the alert of its fingerprint, new or known. */
export function rememberJudged(state: ShardState, judged: AdjustedAlert, message: JudgedMessage): Alert {
  return putJudged(state, message.known, judgedAlert(state, judged, message));
}

/** The alert of a judged message, before what holds it back and where it belongs is looked at. Writes nothing. */
export function judgedAlert(state: ShardState, judged: AdjustedAlert, message: JudgedMessage): Alert {
  const { known, incoming } = message;
  const begins = message.signal === 'new-occurrence';
  const startsAt = incoming.startsAt ?? (begins ? state.at : (known?.startsAt ?? state.at));
  const expiry = expiryOf(incoming, state.at, rulesOf(state).defaults.ttlMs);
  return {
    fingerprint: message.id,
    source: judged.source,
    status: 'firing',
    severity: judged.severity,
    title: judged.title,
    labels: judged.labels,
    annotations: judged.annotations,
    values: judged.values,
    raw: incoming.raw ?? null,
    env: judged.env,
    service: judged.service,
    category: judged.category,
    impact: judged.impact,
    urgency: judged.urgency,
    runbook: judged.runbook,
    rule: judged.rule,
    startsAt: begins || known === null ? startsAt : Math.min(startsAt, known.startsAt),
    endsAt: null,
    receivedAt: begins || known === null ? state.at : known.receivedAt,
    lastSeenAt: state.at,
    occurrenceCount: (known?.occurrenceCount ?? 0) + (begins ? 1 : 0),
    receivedCount: (known?.receivedCount ?? 0) + 1,
    said: judged.said,
    // A person does not repeat a report to keep it alive.
    expiresAt: reportOf(incoming) === null ? expiry.expiresAt : null,
    expiryAssumed: expiry.assumed,
    forgetAt: null,
    rulesRevision: rulesOf(state).revision,
    suppressedBy: known?.suppressedBy ?? unsuppressed,
    maintenance: known?.maintenance ?? null,
    hold: known?.hold ?? null,
    lingers: known?.lingers ?? null,
    incident: known?.incident ?? null,
    attached: known?.attached ?? false,
    countedIn: known?.countedIn ?? null,
  };
}

/** A known alert stays the object that it is: others hold it. */
function putJudged(state: ShardState, known: Alert | null, judged: Alert): Alert {
  state.census.alert(known?.status ?? null, judged.status);
  const alert = known === null ? layOutAlert(judged) : Object.assign(known, judged);
  putAlert(state, alert);
  return alert;
}
