import { hourMs } from '../domain/alert/alert-tally.js';
import type { Changes, ShardRecord } from '../domain/triage/changes.js';
import type { OutboxItem, Store } from './ports.js';
import type { StoredDocument } from './stored-document.js';
import { TocsinError } from './tocsin-error.js';
import { unfinishedPosition } from './unfinished-copy.js';

/** Documents of one commit, about. */
const commitDocuments = 1_000;
/** Documents that wait for others of their hour, in all copies that are filled at once. */
const heldDocuments = 20_000;
/** Fills an empty shard of a store by commits, as an engine would. Until it is finished nobody can start on the shard. */
export interface DocumentsCopy {
  add(documents: readonly StoredDocument[]): Promise<void>;
  /** Writes what was held back; what is left is to finish. */
  flush(): Promise<void>;
  /** From here on the shard's state is that after this position. */
  finish(position: number): Promise<void>;
}

/** Takes the shard over. Rejects with TocsinError `copy-refused` where something is in it. */
export async function beginDocuments(
  store: Store,
  begun: {
    readonly shard: number;
    readonly record: ShardRecord;
    /** How many copies are filled at once; default 1. */
    readonly beside?: number;
  },
): Promise<DocumentsCopy> {
  const { shard, record, beside = 1 } = begun;
  const image = await store.open(shard);
  if (image.commit > 0)
    throw new TocsinError(`The store already has something in shard ${shard}; a copy never overwrites.`, {
      code: 'copy-refused',
      retriable: false,
    });
  const copy = new Copy(store, {
    shard,
    record,
    hold: Math.max(commitDocuments, Math.floor(heldDocuments / beside)),
  });
  await copy.begin();
  return copy;
}

type Draft = { readonly [K in keyof Changes]: Changes[K] extends readonly (infer T)[] ? T[] : Changes[K] } & {
  readonly forgotten: { readonly [K in keyof Changes['forgotten']]: string[] };
};

class Copy implements DocumentsCopy {
  readonly #store: Store;
  readonly #shard: number;
  readonly #record: ShardRecord;
  readonly #hold: number;
  /** Instant → what was last written then. */
  readonly #drafts = new Map<number, { readonly draft: Draft; documents: number }>();
  #attempted: OutboxItem[] = [];
  #held = 0;
  #number = 0;

  constructor(
    store: Store,
    of: { readonly shard: number; readonly record: ShardRecord; readonly hold: number },
  ) {
    this.#store = store;
    this.#shard = of.shard;
    this.#record = of.record;
    this.#hold = of.hold;
  }

  begin(): Promise<void> {
    return this.#commit(emptyDraft(this.#record), unfinishedPosition);
  }

  async add(documents: readonly StoredDocument[]): Promise<void> {
    for (const document of documents) {
      const at = this.#touchedOf(document);
      const held = this.#drafts.get(at) ?? { draft: emptyDraft({ ...this.#record, at }), documents: 0 };
      this.#drafts.set(at, held);
      put(held.draft, document);
      if (document.kind === 'waiting' && hasAttempts(document.value)) this.#attempted.push(document.value);
      held.documents += 1;
      this.#held += 1;
      if (held.documents >= commitDocuments) await this.#write(at);
      else if (this.#held >= this.#hold) await this.#write(this.#fullest());
    }
  }

  async flush(): Promise<void> {
    for (const at of [...this.#drafts.keys()]) await this.#write(at);
    const outbox = this.#store.outbox(this.#shard);
    for (const { notification, attempts, nextAttemptAt, lastError = '' } of this.#attempted)
      await outbox.recordAttempt(notification.id, { attempts, nextAttemptAt, error: lastError });
    this.#attempted = [];
  }

  finish(position: number): Promise<void> {
    return this.#commit(emptyDraft(this.#record), position);
  }

  /**
   * A store knows to the commit when a document was written; a copy knows it to the hour, rounded up. So it is kept an hour longer
   * at most, and no report misses it.
   */
  #touchedOf(document: StoredDocument): number {
    const { at } = this.#record;
    if (!('touched' in document)) return at;
    return Math.min(at, Math.ceil(document.touched / hourMs) * hourMs);
  }

  #fullest(): number {
    const [first] = [...this.#drafts].sort(([, a], [, b]) => b.documents - a.documents);
    return first?.[0] ?? this.#record.at;
  }

  async #write(at: number): Promise<void> {
    const held = this.#drafts.get(at);
    if (held === undefined) return;
    this.#drafts.delete(at);
    this.#held -= held.documents;
    await this.#commit(held.draft, unfinishedPosition);
  }

  async #commit(changes: Changes, position: number): Promise<void> {
    this.#number += 1;
    await this.#store.stage({ shard: this.#shard, number: this.#number, position, changes })();
  }
}

function emptyDraft(shard: ShardRecord): Draft {
  return {
    shard,
    ...{ alerts: [], touched: [], formerAlerts: [], incidents: [], silences: [], timeline: [], tallies: [] },
    ...{ outcomes: [], deadLetters: [], notifications: [], settled: [] },
    forgotten: { alerts: [], incidents: [], silences: [], outcomes: [] },
  };
}

function hasAttempts({ attempts, nextAttemptAt }: OutboxItem): boolean {
  return attempts > 0 || nextAttemptAt > 0;
}

function put(draft: Draft, document: StoredDocument): void {
  const { forgotten } = draft;
  switch (document.kind) {
    case 'alert':
      draft.alerts.push(document.value);
      if (document.forgotten) forgotten.alerts.push(document.value.fingerprint);
      return;
    case 'incident':
      draft.incidents.push(document.value);
      if (document.forgotten) forgotten.incidents.push(document.value.id);
      return;
    case 'silence':
      draft.silences.push(document.value);
      if (document.forgotten) forgotten.silences.push(document.value.id);
      return;
    case 'formerAlert':
      return void draft.formerAlerts.push(document.value);
    case 'event':
      return void draft.timeline.push(document.value);
    case 'tally':
      return void draft.tallies.push(document.value);
    case 'outcome':
      return void draft.outcomes.push(document.value);
    case 'deadLetter':
      return void draft.deadLetters.push(document.value);
    case 'waiting':
      return void draft.notifications.push(document.value.notification);
  }
}
