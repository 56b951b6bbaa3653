import type { Alert } from '../domain/alert/alert.js';
import type { Incident } from '../domain/incident/incident.js';
import type { Changes, ShardImage } from '../domain/triage/changes.js';
import type { OutboxItem } from './ports.js';
import { documentId, type StoredDocument, type StoredKind } from './stored-document.js';

/** What a store holds of a shard, with changes of an engine that were committed nowhere. */
export interface OverlaidContents {
  /** Takes over what an engine has cut: live values, which must not change any more. */
  add(changes: Changes): void;
  /** Of what was opened, what the engine has in memory by now. */
  open(image: ShardImage): { readonly alerts: readonly Alert[]; readonly incidents: readonly Incident[] };
  /** All documents as they are now, of those that the store gave. */
  over(stored: AsyncIterable<readonly StoredDocument[]>): AsyncIterable<readonly StoredDocument[]>;
}

export function createOverlaidContents(): OverlaidContents {
  return new Overlay();
}

class Overlay implements OverlaidContents {
  /** `kind/id` → the document, which replaces the one that was stored. */
  readonly #changed = new Map<string, StoredDocument>();
  readonly #forgotten = new Set<string>();
  /** Outcomes and what waits: these are gone. */
  readonly #gone = new Set<string>();

  add(changes: Changes): void {
    const touched = changes.shard.at;
    const kept = { forgotten: false, touched };
    const put = (document: StoredDocument): void => {
      const key = keyOf(document);
      this.#changed.set(key, document);
      this.#forgotten.delete(key);
      this.#gone.delete(key);
    };
    for (const value of [...changes.alerts, ...changes.touched]) put({ kind: 'alert', value, ...kept });
    for (const value of changes.formerAlerts) put({ kind: 'formerAlert', value });
    for (const value of changes.incidents) put({ kind: 'incident', value, ...kept });
    for (const value of changes.silences) put({ kind: 'silence', value, ...kept });
    for (const value of changes.timeline) put({ kind: 'event', value });
    for (const value of changes.tallies) put({ kind: 'tally', value });
    for (const value of changes.outcomes) put({ kind: 'outcome', value });
    for (const value of changes.deadLetters) put({ kind: 'deadLetter', value });
    for (const notification of changes.notifications)
      put({ kind: 'waiting', value: { notification, attempts: 0, nextAttemptAt: 0 } });
    const { alerts, incidents, silences, outcomes } = changes.forgotten;
    for (const id of alerts) this.#forgotten.add(name('alert', id));
    for (const id of incidents) this.#forgotten.add(name('incident', id));
    for (const id of silences) this.#forgotten.add(name('silence', id));
    for (const id of outcomes) this.#gone.add(name('outcome', id));
    for (const id of changes.settled) this.#gone.add(name('waiting', id));
  }

  open(image: ShardImage): { readonly alerts: readonly Alert[]; readonly incidents: readonly Incident[] } {
    const alerts = new Map(image.alerts.map((value) => [name('alert', value.fingerprint), value]));
    const incidents = new Map(image.incidents.map((value) => [name('incident', value.id), value]));
    for (const [key, document] of this.#changed) {
      if (document.kind === 'alert') alerts.set(key, document.value);
      else if (document.kind === 'incident') incidents.set(key, document.value);
    }
    for (const key of this.#forgotten) {
      alerts.delete(key);
      incidents.delete(key);
    }
    return { alerts: [...alerts.values()], incidents: [...incidents.values()] };
  }

  async *over(stored: AsyncIterable<readonly StoredDocument[]>): AsyncGenerator<readonly StoredDocument[]> {
    const left = new Map(this.#changed);
    for await (const batch of stored) {
      const now: StoredDocument[] = [];
      for (const document of batch) {
        const key = keyOf(document);
        const changed = left.get(key);
        left.delete(key);
        if (!this.#gone.has(key)) now.push(this.#marked(key, merged(document, changed)));
      }
      yield now;
    }
    yield [...left].flatMap(([key, document]) => (this.#gone.has(key) ? [] : [this.#marked(key, document)]));
  }

  #marked(key: string, document: StoredDocument): StoredDocument {
    return 'forgotten' in document && this.#forgotten.has(key) ? { ...document, forgotten: true } : document;
  }
}

/** One that waited before keeps its attempts. */
function merged(stored: StoredDocument, changed: StoredDocument | undefined): StoredDocument {
  if (changed === undefined) return stored;
  if (stored.kind !== 'waiting' || changed.kind !== 'waiting') return changed;
  const value: OutboxItem = { ...stored.value, notification: changed.value.notification };
  return { kind: 'waiting', value };
}

function name(kind: StoredKind, id: string): string {
  return `${kind}/${id}`;
}

function keyOf(document: StoredDocument): string {
  return name(document.kind, documentId(document));
}
