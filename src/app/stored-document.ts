import type { AlertTally } from '../domain/alert/alert-tally.js';
import type { Alert } from '../domain/alert/alert.js';
import type { DeadLetter } from '../domain/alert/dead-letter.js';
import type { Incident } from '../domain/incident/incident.js';
import type { TimelineEvent } from '../domain/incident/timeline-event.js';
import type { Outcome } from '../domain/triage/outcome.js';
import type { Silence } from '../domain/triage/silence.js';
import type { OutboxItem } from './ports.js';

/** What the engine may let go of while the store keeps it. */
interface Kept<T> {
  readonly value: T;
  readonly forgotten: boolean;
  /** Log time of the commit that wrote it last. */
  readonly touched: number;
}

interface Plain<T> {
  readonly value: T;
}

interface StoredKinds {
  readonly alert: Kept<Alert>;
  /** As it was in the incident that it names. */
  readonly formerAlert: Plain<Alert>;
  readonly incident: Kept<Incident>;
  readonly silence: Kept<Silence>;
  readonly event: Plain<TimelineEvent>;
  readonly tally: Plain<AlertTally>;
  readonly outcome: Plain<Outcome>;
  readonly deadLetter: Plain<DeadLetter>;
  readonly waiting: Plain<OutboxItem>;
}

export type StoredKind = keyof StoredKinds;

/** One document as a store holds it, with what it knows of it. */
export type StoredDocument = {
  readonly [kind in StoredKind]: { readonly kind: kind } & StoredKinds[kind];
}[StoredKind];

/** What tells it from the others of its kind on its shard. */
export function documentId(document: StoredDocument): string {
  switch (document.kind) {
    case 'alert':
      return document.value.fingerprint;
    case 'formerAlert':
      return `${document.value.incident ?? ''}/${document.value.fingerprint}`;
    case 'incident':
    case 'silence':
    case 'deadLetter':
      return document.value.id;
    case 'event':
      return `${document.value.incident}/${document.value.seq}`;
    case 'tally':
      return String(document.value.hour);
    case 'outcome':
      return document.value.command;
    case 'waiting':
      return document.value.notification.id;
  }
}
