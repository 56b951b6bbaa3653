import type { Collection, Db } from 'mongodb';

/*
 * What the collections hold. Documents are JSON text under `doc`, because BSON can hold neither a key with a zero byte nor half
 * of a surrogate pair; beside it stands what lists filter and sort by. `n` is the number of the changeset that wrote a row:
 * only a higher one replaces it. `forgotten`: the engine has let go of it. `touched`: log time of the commit that last wrote it.
 */

interface Row {
  readonly _id: string;
  readonly n: number;
}

interface DocumentRow extends Row {
  readonly shard: number;
  readonly doc: string;
}

interface AlertFields {
  readonly fingerprint: string;
  readonly status: string;
  readonly service: string | null;
  readonly severity: string;
  readonly category: string;
  readonly suppressed: boolean;
  readonly incident: string | null;
}

/** `_id`: the fingerprint. */
export interface AlertRow extends DocumentRow, AlertFields {
  readonly refired: boolean;
  readonly forgotten: boolean;
  readonly touched: number;
  /** What repeats have changed since `doc` was written. */
  readonly repeats?: AlertRepeats;
}

export interface AlertRepeats {
  readonly lastSeenAt: number;
  readonly receivedCount: number;
  readonly startsAt: number;
  readonly expiresAt: number | null;
  readonly expiryAssumed: boolean;
}

/** `_id`: `incident/fingerprint`. */
export interface FormerAlertRow extends DocumentRow, AlertFields {}

/** `_id`: the incident's id. States and priorities by their rank. */
export interface IncidentRow extends DocumentRow {
  readonly number: number;
  readonly state: number;
  readonly priority: number;
  readonly openedAt: number;
  readonly lastAlertAt: number;
  readonly tier: string;
  readonly team: string;
  readonly service: string | null;
  readonly category: string;
  readonly assignee: string | null;
  readonly idFolded: string;
  readonly titleFolded: string;
  readonly forgotten: boolean;
  readonly touched: number;
}

/** `_id`: `shard/id`. */
export interface SilenceRow extends DocumentRow {
  readonly id: string;
  readonly state: string;
  readonly forgotten: boolean;
  readonly touched: number;
}

/** `_id`: `incident/seq`. `doc`: some events of one commit, in order. */
export interface EventsRow extends DocumentRow {
  readonly incident: string;
  /** Of the last of them. */
  readonly seq: number;
}

/** `_id`: `hour/shard`. */
export interface TallyRow extends DocumentRow {
  readonly hour: number;
}

/**
 * `_id`: the command's. One that is `gone` stays for a day, as a row of the outbox does: a write that comes late, by an owner that was
 * paused, must find it and not begin anew.
 */
export interface OutcomeRow extends DocumentRow {
  readonly gone: boolean;
  readonly goneAt?: Date;
}

/** `_id`: the dead letter's. `doc` is the summary, `text` JSON of its text. */
export interface DeadLetterRow extends DocumentRow {
  readonly at: number;
  readonly source: string;
  readonly topic: string;
  readonly replayed: boolean;
  readonly text: string;
}

/** `_id`: the notification's. `placeN`, `placeIndex`: the changeset that put it in first, and where in it. */
export interface OutboxRow extends DocumentRow {
  readonly incident: string;
  readonly notifier: string;
  readonly createdAt: number;
  readonly placeN: number;
  readonly placeIndex: number;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly lastError?: string;
  readonly gone: boolean;
  readonly goneAt?: Date;
}

/** `_id`: the shard. */
export interface ShardRow {
  readonly _id: number;
  /** The pointer: every changeset up to this n is applied. */
  readonly applied: number;
  /** Of the newest commit at or below the pointer; 0 and null before the first. */
  readonly number: number;
  readonly position: number;
  /** JSON of the ShardRecord. */
  readonly record: string | null;
}

/** One change of one row. Whatever it is, it is done only to a row with a lower `n`, so it may be done again. */
export type RowWrite =
  /** The row becomes this, whether it was there or not. */
  | { readonly kind: 'put'; readonly id: string; readonly row: Readonly<Record<string, unknown>> }
  /** These fields, where the row is there. */
  | { readonly kind: 'set'; readonly id: string; readonly row: Readonly<Record<string, unknown>> }
  /** These fields; what only a new row has stands in `fresh`. */
  | {
      readonly kind: 'keep';
      readonly id: string;
      readonly row: Readonly<Record<string, unknown>>;
      readonly fresh: Readonly<Record<string, unknown>>;
    }
  /** It is gone, where it was there. */
  | { readonly kind: 'bury'; readonly id: string };

export interface CollectionWrites {
  readonly to: WrittenCollection;
  readonly writes: readonly RowWrite[];
}

/**
 * `_id`: `shard:n` of a claim or of a commit, `shard:n:token:index` of a part. The commit is there when its last part is.
 * Claims stay for ever: the insert of an owner that was paused finds the one of who came after it.
 */
export interface ChangesetRow {
  readonly _id: string;
  readonly kind: 'claim' | 'part' | 'commit';
  readonly shard: number;
  readonly n: number;
  /** Tells a repeat of this write from another one. */
  readonly token: string;
  readonly contents?: readonly CollectionWrites[];
  /** Of a commit: how many parts there are beside it. */
  readonly parts?: number;
  readonly number?: number;
  readonly position?: number;
  readonly record?: string;
}

export interface BundleRow {
  readonly _id: string;
  /** JSON of the list of [path, text]. */
  readonly files: string;
}

export interface MongoRows {
  readonly alerts: AlertRow;
  readonly formerAlerts: FormerAlertRow;
  readonly incidents: IncidentRow;
  readonly silences: SilenceRow;
  readonly timeline: EventsRow;
  readonly tallies: TallyRow;
  readonly outcomes: OutcomeRow;
  readonly deadLetters: DeadLetterRow;
  readonly outbox: OutboxRow;
  readonly shards: ShardRow;
  readonly changesets: ChangesetRow;
  readonly bundles: BundleRow;
}

export type MongoCollections = { readonly [name in keyof MongoRows]: Collection<MongoRows[name]> };

/** Those that commits write to. */
export type WrittenCollection = Exclude<keyof MongoRows, 'shards' | 'changesets' | 'bundles'>;

export function collectionsOf(db: Db): MongoCollections {
  return {
    alerts: db.collection('alerts'),
    formerAlerts: db.collection('formerAlerts'),
    incidents: db.collection('incidents'),
    silences: db.collection('silences'),
    timeline: db.collection('timeline'),
    tallies: db.collection('tallies'),
    outcomes: db.collection('outcomes'),
    deadLetters: db.collection('deadLetters'),
    outbox: db.collection('outbox'),
    shards: db.collection('shards'),
    changesets: db.collection('changesets'),
    bundles: db.collection('bundles'),
  };
}
