import { incidentRanks } from '../../app/incident-order.js';
import type { Commit } from '../../app/ports.js';
import type { Alert } from '../../domain/alert/alert.js';
import type { AlertTally } from '../../domain/alert/alert-tally.js';
import { summaryOf, type DeadLetter } from '../../domain/alert/dead-letter.js';
import { isRefired } from '../../domain/alert/refired-alert.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { Notification } from '../../domain/incident/notification.js';
import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import type { Changes } from '../../domain/triage/changes.js';
import type { Silence } from '../../domain/triage/silence.js';
import type { CollectionWrites, RowWrite, WrittenCollection } from './mongo-rows.js';

type Fields = Readonly<Record<string, unknown>>;

/** A page of a timeline reads whole rows. */
const EVENTS_OF_ROW = 20;
const CHARS_OF_EVENTS = 20_000;

/** A shard, and the log time of the commit. */
interface Cut {
  readonly shard: number;
  readonly at: number;
}

type Rows = Map<string, RowWrite>;

/**
 * A commit as changes of rows, at most one for each row, so that those of a collection may be done in any order. Copies
 * everything before it returns.
 */
export function stageWrites({ shard, changes }: Commit): readonly CollectionWrites[] {
  const cut: Cut = { shard, at: changes.shard.at };
  const staged = [...documentWrites(changes, cut), ...historyWrites(changes, cut)];
  return staged.filter(([, rows]) => rows.size > 0).map(([to, rows]) => ({ to, writes: [...rows.values()] }));
}

type StagedRows = readonly (readonly [to: WrittenCollection, rows: Rows])[];

function documentWrites(changes: Changes, cut: Cut): StagedRows {
  const { forgotten } = changes;
  const alerts = alertWrites(changes, cut);
  const formerAlerts = rowsOf(changes.formerAlerts, (it) => formerAlertWrite(it, cut));
  const incidents = rowsOf(changes.incidents, (it) => incidentWrite(it, cut));
  const silences = rowsOf(changes.silences, (it) => silenceWrite(it, cut));
  forget(alerts, forgotten.alerts, { forgotten: true, touched: cut.at });
  forget(incidents, forgotten.incidents, { forgotten: true });
  forget(
    silences,
    forgotten.silences.map((id) => silenceRowId(cut.shard, id)),
    { forgotten: true },
  );
  return [
    ['alerts', alerts],
    ['formerAlerts', formerAlerts],
    ['incidents', incidents],
    ['silences', silences],
  ];
}

/** What is only added to, and what waits for somebody; outcomes last. */
function historyWrites(changes: Changes, cut: Cut): StagedRows {
  const { shard } = cut;
  const outbox = rowsOf(changes.notifications, (it, index) => notificationWrite(it, shard, index));
  const outcomes = rowsOf(changes.outcomes, (it) =>
    put(it.command, { shard, gone: false, doc: JSON.stringify(it) }),
  );
  bury(outbox, changes.settled);
  bury(outcomes, changes.forgotten.outcomes);
  return [
    ['timeline', timelineWrites(changes.timeline, shard)],
    ['tallies', rowsOf(changes.tallies, (it) => tallyWrite(it, shard))],
    ['deadLetters', rowsOf(changes.deadLetters, (it) => deadLetterWrite(it, cut))],
    ['outbox', outbox],
    ['outcomes', outcomes],
  ];
}

/** The last write of each row. */
function rowsOf<T>(items: readonly T[], writeOf: (item: T, index: number) => RowWrite): Rows {
  const rows: Rows = new Map();
  items.forEach((item, index) => {
    const write = writeOf(item, index);
    rows.set(write.id, write);
  });
  return rows;
}

/** Adds what being forgotten sets, to rows that are written and to others. */
function forget(rows: Rows, ids: readonly string[], fields: Fields): void {
  for (const id of ids) {
    const written = rows.get(id);
    if (written === undefined || written.kind === 'bury') rows.set(id, { kind: 'set', id, row: fields });
    else rows.set(id, { ...written, row: { ...written.row, ...fields } });
  }
}

/** Takes rows out again. */
function bury(rows: Rows, ids: readonly string[]): void {
  for (const id of ids) rows.set(id, { kind: 'bury', id });
}

/** Every shard has its own silence of an id. */
export function silenceRowId(shard: number, id: string): string {
  return `${shard}/${id}`;
}

function put(id: string, row: Fields): RowWrite {
  return { kind: 'put', id, row };
}

function alertWrites({ alerts, touched }: Pick<Changes, 'alerts' | 'touched'>, cut: Cut): Rows {
  const rows = rowsOf(alerts, (it) => alertWrite(it, cut));
  for (const alert of touched) {
    const id = alert.fingerprint;
    rows.set(id, rows.has(id) ? alertWrite(alert, cut) : repeatWrite(alert));
  }
  return rows;
}

function alertWrite(alert: Alert, { shard, at }: Cut): RowWrite {
  return put(alert.fingerprint, {
    fingerprint: alert.fingerprint,
    status: alert.status,
    service: alert.service,
    severity: alert.severity,
    category: alert.category,
    suppressed: alert.suppressedBy.length > 0,
    incident: alert.incident,
    shard,
    refired: isRefired(alert),
    forgotten: false,
    touched: at,
    doc: JSON.stringify(alert),
  });
}

/** Nothing of it is indexed, so none of the indexes is written. */
function repeatWrite(alert: Alert): RowWrite {
  const { fingerprint, lastSeenAt, receivedCount, startsAt, expiresAt, expiryAssumed } = alert;
  const repeats = { lastSeenAt, receivedCount, startsAt, expiresAt, expiryAssumed };
  return { kind: 'set', id: fingerprint, row: { repeats } };
}

function formerAlertWrite(alert: Alert, { shard }: Cut): RowWrite {
  const { fingerprint, status, service, severity, category, suppressedBy, incident } = alert;
  if (incident === null) throw new Error(`Former alert ${fingerprint} names no incident.`);
  const suppressed = suppressedBy.length > 0;
  return put(`${incident}/${fingerprint}`, {
    ...{ fingerprint, status, service, severity, category, suppressed, incident, shard },
    doc: JSON.stringify(alert),
  });
}

function incidentWrite(incident: Incident, { shard, at }: Cut): RowWrite {
  const { state, priority, openedAt, lastAlertAt } = incidentRanks(incident);
  return put(incident.id, {
    shard,
    number: incident.number,
    state,
    priority,
    openedAt,
    lastAlertAt,
    tier: incident.tier,
    team: incident.team,
    service: incident.service,
    category: incident.category,
    assignee: incident.assignee,
    idFolded: incident.id.toLowerCase(),
    titleFolded: incident.title.toLowerCase(),
    forgotten: false,
    touched: at,
    doc: JSON.stringify(incident),
  });
}

function silenceWrite(silence: Silence, { shard, at }: Cut): RowWrite {
  const { id, state } = silence;
  const doc = JSON.stringify(silence);
  return put(silenceRowId(shard, id), { shard, id, state, forgotten: false, touched: at, doc });
}

function tallyWrite(tally: AlertTally, shard: number): RowWrite {
  const { hour } = tally;
  return put(`${hour}/${shard}`, { shard, hour, doc: JSON.stringify(tally) });
}

interface EventsDraft {
  readonly texts: string[];
  chars: number;
  /** Of the newest of them. */
  seq: number;
}

/**
 * Events of one incident share a row while it is small: an incident that opens has several at once. A row begins where the one
 * before it ended, so that rows in order are events in order.
 */
function timelineWrites(timeline: readonly TimelineEvent[], shard: number): Rows {
  const rows: Rows = new Map();
  const drafts = new Map<string, EventsDraft>();
  const end = (incident: string, { texts, seq }: EventsDraft): void => {
    const id = `${incident}/${seq}`;
    rows.set(id, put(id, { shard, incident, seq, doc: `[${texts.join(',')}]` }));
  };
  for (const event of [...timeline].sort((a, b) => a.seq - b.seq)) {
    const { incident, seq } = event;
    const text = JSON.stringify(event);
    let draft = drafts.get(incident);
    if (draft !== undefined && !hasRoom(draft, text)) {
      end(incident, draft);
      draft = undefined;
    }
    if (draft === undefined) drafts.set(incident, (draft = { texts: [], chars: 0, seq }));
    draft.texts.push(text);
    draft.chars += text.length;
    draft.seq = seq;
  }
  for (const [incident, draft] of drafts) end(incident, draft);
  return rows;
}

function hasRoom({ texts, chars }: EventsDraft, text: string): boolean {
  return texts.length < EVENTS_OF_ROW && chars + text.length <= CHARS_OF_EVENTS;
}

/** The text beside the document: lists don't read it. */
function deadLetterWrite(letter: DeadLetter, { shard }: Cut): RowWrite {
  const { id, at, source, origin, replayedAt, text } = letter;
  return put(id, {
    ...{ shard, at, source, topic: origin.topic, replayed: replayedAt !== null },
    doc: JSON.stringify(summaryOf(letter)),
    text: JSON.stringify(text),
  });
}

/** One that still waits keeps its place and its attempts. */
function notificationWrite(notification: Notification, shard: number, index: number): RowWrite {
  const { id, incident, notifier, createdAt } = notification;
  return {
    kind: 'keep',
    id,
    row: {
      shard,
      incident: incident.id,
      notifier,
      createdAt,
      doc: JSON.stringify(notification),
      gone: false,
    },
    fresh: { placeIndex: index, attempts: 0, nextAttemptAt: 0 },
  };
}
