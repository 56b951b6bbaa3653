import type { Commit } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Changes } from '../../domain/triage/changes.js';
import type { StagedDocument } from './memory-collection.js';
import { silenceKey, type MemoryStoreContents } from './memory-contents.js';

/** A commit as text: what the engine does to its documents later does not show in it. */
export interface MemoryCommit {
  readonly shard: number;
  readonly number: number;
  readonly position: number;
  readonly owner: number;
  /** Tells a repeat of this write from another one of the same number. */
  readonly write: symbol;
  /** JSON of the changes. */
  readonly changes: string;
}

export function stageMemoryCommit({ shard, number, position, changes }: Commit, owner: number): MemoryCommit {
  return { shard, number, position, owner, write: Symbol('write'), changes: JSON.stringify(changes) };
}

/** All or nothing: whatever may be refused is refused before the first change. */
export function writeMemoryCommit(contents: MemoryStoreContents, commit: MemoryCommit): void {
  const stored = contents.shards.get(commit.shard);
  if (stored?.owner !== commit.owner) throw fenced(commit, 'another owner has taken the shard over');
  if (stored.number === commit.number && stored.written === commit.write) return;
  if (stored.number + 1 !== commit.number) {
    throw fenced(commit, `the store has commit ${stored.number}, so ${stored.number + 1} is due`);
  }
  const changes = JSON.parse(commit.changes) as Changes;
  const stage = <T>(value: T): StagedDocument<T> => {
    return { value, text: JSON.stringify(value), shard: commit.shard, touched: changes.shard.at };
  };
  putDocuments(contents, changes, stage);
  putNotifications(contents, changes, stage);
  forget(contents, commit.shard, changes);
  stored.number = commit.number;
  stored.position = commit.position;
  stored.written = commit.write;
  stored.record = JSON.stringify(changes.shard);
}

function fenced({ number, shard }: MemoryCommit, why: string): TocsinError {
  const message = `Commit ${number} of shard ${shard} was refused: ${why}.`;
  return new TocsinError(message, { code: 'fenced', retriable: false });
}

type Stage = <T>(value: T) => StagedDocument<T>;

function putDocuments(contents: MemoryStoreContents, changes: Changes, stage: Stage): void {
  for (const alert of [...changes.alerts, ...changes.touched])
    contents.alerts.put(alert.fingerprint, stage(alert));
  for (const incident of changes.incidents) contents.incidents.put(incident.id, stage(incident));
  for (const silence of changes.silences) {
    const document = stage(silence);
    contents.silences.put(silenceKey(document.shard, silence.id), document);
  }
  for (const outcome of changes.outcomes) contents.outcomes.put(outcome.command, stage(outcome));
  for (const letter of changes.deadLetters) contents.deadLetters.put(letter.id, stage(letter));
  for (const tally of changes.tallies) {
    const document = stage(tally);
    contents.tallies.set(`${tally.hour}/${document.shard}`, document);
  }
  for (const alert of changes.formerAlerts) {
    if (alert.incident === null) throw new Error(`Former alert ${alert.fingerprint} names no incident.`);
    within(contents.formerAlerts, alert.incident).set(alert.fingerprint, stage(alert));
  }
  for (const event of changes.timeline) {
    within(contents.timelines, event.incident).set(event.seq, stage(event));
  }
}

/** One that still waits keeps its place and its attempts. */
function putNotifications(contents: MemoryStoreContents, changes: Changes, stage: Stage): void {
  for (const notification of changes.notifications) {
    const waiting = contents.outbox.get(notification.id) ?? {
      arrival: ++contents.arrivals,
      attempts: 0,
      nextAttemptAt: 0,
      lastError: null,
    };
    contents.outbox.set(notification.id, { ...waiting, document: stage(notification) });
  }
}

/** After the documents, so that what came and went between two cuts is gone. */
function forget(contents: MemoryStoreContents, shard: number, { forgotten, settled }: Changes): void {
  const rows = [
    ...forgotten.alerts.map((id) => contents.alerts.row(id)),
    ...forgotten.incidents.map((id) => contents.incidents.row(id)),
    ...forgotten.silences.map((id) => contents.silences.row(silenceKey(shard, id))),
  ];
  for (const row of rows) if (row !== undefined) row.forgotten = true;
  for (const id of forgotten.outcomes) contents.outcomes.delete(id);
  for (const id of settled) contents.outbox.delete(id);
}

/** The inner map, made when it is not there. */
function within<K, I, V>(maps: Map<K, Map<I, V>>, key: K): Map<I, V> {
  const found = maps.get(key);
  if (found !== undefined) return found;
  const made = new Map<I, V>();
  maps.set(key, made);
  return made;
}
