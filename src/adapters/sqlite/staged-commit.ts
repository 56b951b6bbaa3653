import type { Commit } from '../../app/ports.js';
import { incidentRanks } from '../../app/incident-order.js';
import type { Alert } from '../../domain/alert/alert.js';
import { summaryOf, type DeadLetter } from '../../domain/alert/dead-letter.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { Changes } from '../../domain/triage/changes.js';

export type Value = string | number | null;

/** Rows of one table as one flat list, `width` values a row: it is cloned to the worker much faster than a list of lists. */
export interface FlatRows {
  readonly width: number;
  readonly values: readonly Value[];
}

/** What repeats have changed, for each fingerprint five numbers: no text is made of them, for there are many. */
export interface RepeatRows {
  readonly fingerprints: readonly string[];
  /** lastSeenAt, receivedCount, startsAt, expiresAt (NaN: null), expiryAssumed (1 or 0), and so on. */
  readonly numbers: Float64Array;
}

/** A commit as text and numbers: what the engine does to its documents later does not show in it. */
export interface StagedCommit {
  readonly shard: number;
  readonly number: number;
  readonly position: number;
  /** Which opener staged it. */
  readonly owner: number;
  /** Tells a repeat of this write, after a lost answer, from another one of the same number. */
  readonly write: string;
  /** Log time of the newest entry. */
  readonly at: number;
  readonly record: string;
  readonly alerts: FlatRows;
  readonly touched: RepeatRows;
  readonly formerAlerts: FlatRows;
  readonly incidents: FlatRows;
  readonly silences: FlatRows;
  readonly timeline: FlatRows;
  readonly tallies: FlatRows;
  readonly outcomes: FlatRows;
  readonly deadLetters: FlatRows;
  readonly notifications: FlatRows;
  readonly settled: readonly string[];
  readonly forgotten: Changes['forgotten'];
}

/** Copies everything, synchronously. */
export function stageCommit(commit: Commit, owner: number, write: string): StagedCommit {
  const { shard, number, position, changes } = commit;
  return {
    shard,
    number,
    position,
    owner,
    write,
    at: changes.shard.at,
    record: JSON.stringify(changes.shard),
    alerts: flatten(changes.alerts, alertRow),
    touched: repeatRows(changes.touched),
    formerAlerts: flatten(changes.formerAlerts, alertRow),
    incidents: flatten(changes.incidents, incidentRow),
    silences: flatten(changes.silences, (it) => [it.id, it.state, JSON.stringify(it)]),
    timeline: flatten(changes.timeline, (it) => [it.incident, it.seq, JSON.stringify(it)]),
    tallies: flatten(changes.tallies, (it) => [it.hour, JSON.stringify(it)]),
    outcomes: flatten(changes.outcomes, (it) => [it.command, JSON.stringify(it)]),
    deadLetters: flatten(changes.deadLetters, deadLetterRow),
    notifications: flatten(changes.notifications, (it) => [
      it.id,
      it.incident.id,
      it.notifier,
      it.createdAt,
      JSON.stringify(it),
    ]),
    settled: [...changes.settled],
    forgotten: {
      alerts: [...changes.forgotten.alerts],
      incidents: [...changes.forgotten.incidents],
      silences: [...changes.forgotten.silences],
      outcomes: [...changes.forgotten.outcomes],
    },
  };
}

/** id, at, source, topic, replayed, text, doc (without the text) */
function deadLetterRow(letter: DeadLetter): readonly Value[] {
  const { id, at, source, origin, replayedAt, text } = letter;
  return [id, at, source, origin.topic, replayedAt === null ? 0 : 1, text, JSON.stringify(summaryOf(letter))];
}

/** fingerprint, status, service, severity, category, suppressed, incident, doc */
function alertRow(alert: Alert): readonly Value[] {
  return [
    alert.fingerprint,
    alert.status,
    alert.service,
    alert.severity,
    alert.category,
    alert.suppressedBy.length > 0 ? 1 : 0,
    alert.incident,
    JSON.stringify(alert),
  ];
}

function repeatRows(touched: readonly Alert[]): RepeatRows {
  const numbers = new Float64Array(5 * touched.length);
  let at = 0;
  for (const { lastSeenAt, receivedCount, startsAt, expiresAt, expiryAssumed } of touched) {
    numbers[at++] = lastSeenAt;
    numbers[at++] = receivedCount;
    numbers[at++] = startsAt;
    numbers[at++] = expiresAt ?? Number.NaN;
    numbers[at++] = expiryAssumed ? 1 : 0;
  }
  return { fingerprints: touched.map(({ fingerprint }) => fingerprint), numbers };
}

/** id, number, state, priority, opened_at, last_alert_at, tier, team, service, category, assignee, id_folded, title_folded, doc */
function incidentRow(incident: Incident): readonly Value[] {
  const ranks = incidentRanks(incident);
  return [
    incident.id,
    incident.number,
    ranks.state,
    ranks.priority,
    ranks.openedAt,
    ranks.lastAlertAt,
    incident.tier,
    incident.team,
    incident.service,
    incident.category,
    incident.assignee,
    incident.id.toLowerCase(),
    incident.title.toLowerCase(),
    incidentText(incident),
  ];
}

/** JSON of evidence: it is up to half of an incident, which is written with each of its alerts, and mostly the very list that it was. */
const evidenceTexts = new WeakMap<Incident['evidence'], string>();

function incidentText(incident: Incident): string {
  const { evidence } = incident;
  if (evidence.length === 0) return JSON.stringify(incident);
  let text = evidenceTexts.get(evidence);
  if (text === undefined) evidenceTexts.set(evidence, (text = JSON.stringify(evidence)));
  const rest = JSON.stringify({ ...incident, evidence: undefined });
  return `${rest.slice(0, -1)},"evidence":${text}}`;
}

function flatten<T>(items: readonly T[], row: (item: T) => readonly Value[]): FlatRows {
  const values: Value[] = [];
  let width = 0;
  for (const item of items) {
    const cells = row(item);
    width = cells.length;
    for (const cell of cells) values.push(cell);
  }
  return { width, values };
}

/** The rows again, one after the other. */
export function* eachRow({ width, values }: FlatRows): Generator<readonly Value[], void, undefined> {
  for (let at = 0; at < values.length; at += width) yield values.slice(at, at + width);
}
