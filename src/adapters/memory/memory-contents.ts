import type { Alert } from '../../domain/alert/alert.js';
import type { DeadLetter } from '../../domain/alert/dead-letter.js';
import type { AlertTally } from '../../domain/alert/alert-tally.js';
import type { Incident } from '../../domain/incident/incident.js';
import type { Notification } from '../../domain/incident/notification.js';
import type { TimelineEvent } from '../../domain/incident/timeline-event.js';
import type { Outcome } from '../../domain/triage/outcome.js';
import type { Silence } from '../../domain/triage/silence.js';
import { createMemoryCollection, type MemoryCollection, type StagedDocument } from './memory-collection.js';

export interface MemoryShard {
  owner: number;
  number: number;
  position: number;
  /** The write that made it so. */
  written: symbol | null;
  /** JSON of the ShardRecord. */
  record: string | null;
}

export interface WaitingNotification {
  readonly document: StagedDocument<Notification>;
  /** Counts what ever came into the outbox. */
  readonly arrival: number;
  attempts: number;
  nextAttemptAt: number;
  lastError: string | null;
}

/** What outlives a store: give it to the next one, as a disk would be. */
export interface MemoryStoreContents {
  readonly shards: Map<number, MemoryShard>;
  readonly alerts: MemoryCollection<Alert>;
  /** Incident → fingerprint → the alert as it was. */
  readonly formerAlerts: Map<string, Map<string, StagedDocument<Alert>>>;
  readonly incidents: MemoryCollection<Incident>;
  /** Under `silenceKey`. */
  readonly silences: MemoryCollection<Silence>;
  readonly outcomes: MemoryCollection<Outcome>;
  readonly deadLetters: MemoryCollection<DeadLetter>;
  /** Incident → seq → event. */
  readonly timelines: Map<string, Map<number, StagedDocument<TimelineEvent>>>;
  /** `hour/shard` → the tally. */
  readonly tallies: Map<string, StagedDocument<AlertTally>>;
  readonly outbox: Map<string, WaitingNotification>;
  /** Hash → JSON of the list of [path, text]. */
  readonly bundles: Map<string, string>;
  arrivals: number;
}

/** Every shard has its own silence of an id. */
export function silenceKey(shard: number, id: string): string {
  return `${shard}/${id}`;
}

export function createMemoryStoreContents(): MemoryStoreContents {
  return {
    shards: new Map(),
    alerts: createMemoryCollection(),
    formerAlerts: new Map(),
    incidents: createMemoryCollection(),
    silences: createMemoryCollection(),
    outcomes: createMemoryCollection(),
    deadLetters: createMemoryCollection(),
    timelines: new Map(),
    tallies: new Map(),
    outbox: new Map(),
    bundles: new Map(),
    arrivals: 0,
  };
}
