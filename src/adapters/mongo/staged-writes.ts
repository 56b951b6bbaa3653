import { incidentRanks } from '../../app/incident-order.js';
import type { Commit } from '../../app/ports.js';
import type { Alert } from '../../domain/alert/alert.js';
import { summaryOf, type DeadLetter } from '../../domain/alert/dead-letter.js';
import { isRefired } from '../../domain/alert/refired-alert.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { Notification } from '../../domain/incident/notification.js';
import type { Changes } from '../../domain/triage/changes.js';
import type { Silence } from '../../domain/triage/silence.js';
import type { CollectionWrites, RowWrite } from './mongo-rows.js';

type Fields = Readonly<Record<string, unknown>>;

/** A shard, and the log time of the commit. */
interface Cut {
  readonly shard: number;
  readonly at: number;
}

/**
 * A commit as changes of rows, at most one for each row, so that those of a collection may be done in any order. Copies
 * everything before it returns.
 */
export function stageWrites({ shard, changes }: Commit): readonly CollectionWrites[] {
  const cut: Cut = { shard, at: changes.shard.at };
  const { forgotten } = changes;
  const silenceIds = forgotten.silences.map((id) => silenceRowId(shard, id));
  const staged: readonly CollectionWrites[] = [
    {
      to: 'alerts',
      writes: forget(alertWrites(changes, cut), forgotten.alerts, { forgotten: true, touched: cut.at }),
    },
    { to: 'formerAlerts', writes: one(changes.formerAlerts.map((it) => formerAlertWrite(it, cut))) },
    {
      to: 'incidents',
      writes: forget(
        changes.incidents.map((it) => incidentWrite(it, cut)),
        forgotten.incidents,
        { forgotten: true },
      ),
    },
    {
      to: 'silences',
      writes: forget(
        changes.silences.map((it) => silenceWrite(it, cut)),
        silenceIds,
        { forgotten: true },
      ),
    },
    ...historyWrites(changes, cut),
  ];
  return staged.filter(({ writes }) => writes.length > 0);
}

/** What is only added to, and what waits for somebody; outcomes last. */
function historyWrites(changes: Changes, cut: Cut): readonly CollectionWrites[] {
  const { shard } = cut;
  return [
    {
      to: 'timeline',
      writes: one(
        changes.timeline.map((it) =>
          put(`${it.incident}/${it.seq}`, it, { shard, incident: it.incident, seq: it.seq }),
        ),
      ),
    },
    {
      to: 'tallies',
      writes: one(changes.tallies.map((it) => put(`${it.hour}/${shard}`, it, { shard, hour: it.hour }))),
    },
    { to: 'deadLetters', writes: one(changes.deadLetters.map((it) => deadLetterWrite(it, cut))) },
    {
      to: 'outbox',
      writes: bury(
        changes.notifications.map((it, index) => notificationWrite(it, shard, index)),
        changes.settled,
      ),
    },
    {
      to: 'outcomes',
      writes: bury(
        changes.outcomes.map((it) => put(it.command, it, { shard, gone: false })),
        changes.forgotten.outcomes,
      ),
    },
  ];
}

/** Every shard has its own silence of an id. */
export function silenceRowId(shard: number, id: string): string {
  return `${shard}/${id}`;
}

function put(id: string, document: unknown, fields: Fields): RowWrite {
  return { kind: 'put', id, row: { ...fields, doc: JSON.stringify(document) } };
}

function alertWrites(
  { alerts, touched }: { readonly alerts: readonly Alert[]; readonly touched: readonly Alert[] },
  cut: Cut,
): readonly RowWrite[] {
  const whole = new Set(alerts.map(({ fingerprint }) => fingerprint));
  return [
    ...alerts.map((alert) => alertWrite(alert, cut)),
    ...touched.map((alert) => (whole.has(alert.fingerprint) ? alertWrite(alert, cut) : repeatWrite(alert))),
  ];
}

function alertWrite(alert: Alert, { shard, at }: Cut): RowWrite {
  return put(alert.fingerprint, alert, {
    ...alertFields(alert),
    shard,
    refired: isRefired(alert),
    forgotten: false,
    touched: at,
  });
}

/** Nothing of it is indexed, so none of the indexes is written. */
function repeatWrite({ fingerprint, ...alert }: Alert): RowWrite {
  const { lastSeenAt, receivedCount, startsAt, expiresAt, expiryAssumed } = alert;
  const repeats = { lastSeenAt, receivedCount, startsAt, expiresAt, expiryAssumed };
  return { kind: 'set', id: fingerprint, row: { repeats } };
}

function formerAlertWrite(alert: Alert, { shard }: Cut): RowWrite {
  if (alert.incident === null) throw new Error(`Former alert ${alert.fingerprint} names no incident.`);
  return put(`${alert.incident}/${alert.fingerprint}`, alert, { ...alertFields(alert), shard });
}

function alertFields(alert: Alert): Fields {
  const { fingerprint, status, service, severity, category, suppressedBy, incident } = alert;
  return { fingerprint, status, service, severity, category, suppressed: suppressedBy.length > 0, incident };
}

function incidentWrite(incident: Incident, { shard, at }: Cut): RowWrite {
  const { id, number, tier, team, service, category, assignee, title } = incident;
  const { state, priority, openedAt, lastAlertAt } = incidentRanks(incident);
  return put(id, incident, {
    ...{ shard, number, state, priority, openedAt, lastAlertAt, tier, team, service, category, assignee },
    ...{ idFolded: id.toLowerCase(), titleFolded: title.toLowerCase(), forgotten: false, touched: at },
  });
}

function silenceWrite(silence: Silence, { shard, at }: Cut): RowWrite {
  const { id, state } = silence;
  return put(silenceRowId(shard, id), silence, { shard, id, state, forgotten: false, touched: at });
}

/** The text beside the document: lists don't read it. */
function deadLetterWrite(letter: DeadLetter, { shard }: Cut): RowWrite {
  const { id, at, source, origin, replayedAt, text } = letter;
  return put(id, summaryOf(letter), {
    ...{ shard, at, source, topic: origin.topic, replayed: replayedAt !== null },
    text: JSON.stringify(text),
  });
}

/** One that still waits keeps its place and its attempts. */
function notificationWrite(notification: Notification, shard: number, index: number): RowWrite {
  const { id, incident, notifier, createdAt } = notification;
  const doc = JSON.stringify(notification);
  return {
    kind: 'keep',
    id,
    row: { shard, incident: incident.id, notifier, createdAt, doc, gone: false },
    fresh: { placeIndex: index, attempts: 0, nextAttemptAt: 0 },
  };
}

/** The last write of each row. */
function one(writes: readonly RowWrite[]): readonly RowWrite[] {
  return [...byRow(writes).values()];
}

/** The writes with what being forgotten sets, of rows that are written and of others. */
function forget(writes: readonly RowWrite[], ids: readonly string[], fields: Fields): readonly RowWrite[] {
  const rows = byRow(writes);
  for (const id of ids) {
    const written = rows.get(id);
    if (written === undefined || written.kind === 'bury') rows.set(id, { kind: 'set', id, row: fields });
    else rows.set(id, { ...written, row: { ...written.row, ...fields } });
  }
  return [...rows.values()];
}

/** The writes but for rows that are taken out again. */
function bury(writes: readonly RowWrite[], ids: readonly string[]): readonly RowWrite[] {
  const rows = byRow(writes);
  for (const id of ids) rows.set(id, { kind: 'bury', id });
  return [...rows.values()];
}

function byRow(writes: readonly RowWrite[]): Map<string, RowWrite> {
  return new Map(writes.map((write) => [write.id, write]));
}
