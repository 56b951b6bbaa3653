import type { Alert } from '../domain/alert/alert.js';
import type { AlertTally } from '../domain/alert/alert-tally.js';
import type { DeadLetter, DeadLetterSummary } from '../domain/alert/dead-letter.js';
import type { Entry, LogRecord } from '../domain/alert/entry.js';
import type { LabelMatcher } from '../domain/alert/label-matcher.js';
import type { RefiredAlert } from '../domain/alert/refired-alert.js';
import type { Incident } from '../domain/incident/incident.js';
import type { IncidentFacts } from '../domain/incident/incident-facts.js';
import type { Notification } from '../domain/incident/notification.js';
import type { TimelineEvent } from '../domain/incident/timeline-event.js';
import type { BundleDocument, BundleFiles, Issue } from '../domain/rules/bundle.js';
import type { BundleTable } from '../domain/rules/bundle-table.js';
import type { NotifierConfig, RuleSet } from '../domain/rules/rule-set.js';
import type { Changes, ShardImage, ShardRecord } from '../domain/triage/changes.js';
import type { Outcome } from '../domain/triage/outcome.js';
import type { Silence } from '../domain/triage/silence.js';
import type { StoredDocument } from './stored-document.js';

/* ---------- time ---------- */

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Calls back once, not before the given delay; the returned function cancels. Never keeps the process alive. */
  after(delayMs: number, run: () => void): () => void;
}

/* ---------- the event log ---------- */

export interface Appended {
  readonly position: number;
  readonly at: number;
}

/**
 * The durable, ordered log: one sequence of records per shard. Any number of appenders, one reader that counts per shard.
 * Refusals are TocsinError: code `log-unavailable` (retriable: disk full, broker away) or `log-closed`.
 */
export interface EventLog {
  readonly shards: number;
  /**
   * Resolves once the entries (at least one) are durable, in order, inside one record. Appends of other callers may share
   * that record.
   * A rejected append left nothing behind, or (a lost answer) may have: callers that retry carry ids.
   */
  append(shard: number, entries: readonly Entry[]): Promise<Appended>;
  /**
   * Writes records of another log, none without entries, with the times that they had there; resolves to their positions, which are this
   * log's own, once they are durable. For a shard that nobody reads or appends to meanwhile. Refused as appends are.
   */
  copy(shard: number, records: readonly LogRecord[]): Promise<readonly number[]>;
  /**
   * Records above `after`, oldest first, in batches; then waits for more. Ends when the signal aborts or the log closes.
   * Throws `log-unavailable` when reading fails: read again from the last record that came.
   */
  read(shard: number, after: number, signal: AbortSignal): AsyncIterable<readonly LogRecord[]>;
  /** Position of the newest durable record; 0 for an empty shard. */
  end(shard: number): Promise<number>;
  /**
   * Drops records older than `before` (Unix ms), and the oldest beyond `maxBytes`, but never above `position` and never the
   * newest, which carries position and time on, nor what later ones need to be read. Returns how many.
   */
  prune(shard: number, limits: { before: number; maxBytes: number; position: number }): Promise<number>;
  /** null when an append would be tried; else why not, in words for people. */
  unavailable(): string | null;
  close(): Promise<void>;
}

/* ---------- the store ---------- */

export interface Commit {
  readonly shard: number;
  /** One more than the commit before. */
  readonly number: number;
  /** The state is that after the record at this position. */
  readonly position: number;
  readonly changes: Changes;
}

/**
 * Writes a staged commit, all of it or nothing; resolves when durable. After a retriable refusal it may be called again
 * with the same content. Refusals: `store-unavailable` (retriable), `fenced` (another owner took the shard: stop).
 */
export type WriteCommit = () => Promise<void>;

export interface Store extends Views {
  /**
   * Takes the shard over: commits staged by an earlier owner fail as `fenced` from here on. Returns the open state at P:
   * all that is not forgotten, alerts by fingerprint, incidents by number, silences and outcomes by id.
   */
  open(shard: number): Promise<ShardImage>;
  /**
   * Copies the commit's content before it returns. Commits of one shard are written one after the other. Within a commit
   * documents are written first, then `settled` and `forgotten` take effect. Forgotten outcomes are gone.
   */
  stage(commit: Commit): WriteCommit;
  /** Keeps the bundle under its hash, for ever; the same hash again is no change. */
  saveBundle(hash: string, files: BundleFiles): Promise<void>;
  loadBundle(hash: string): Promise<BundleFiles | null>;
  /** Position of the shard's last commit, whoever wrote it; 0 = none. The log may be pruned up to here. */
  committed(shard: number): Promise<number>;
  /** What the shard's last commit says of it, whoever wrote it; null before the first. */
  record(shard: number): Promise<CommittedShard | null>;
  /**
   * All that the store holds of a shard that was opened here, also what the engine has let go of, in batches; what waits in the
   * outbox oldest first. It is the state at P, whole: rejects with `fenced`, at the end at the latest, when another owner
   * has taken the shard over. Nothing may be staged meanwhile.
   */
  contents(shard: number): AsyncIterable<readonly StoredDocument[]>;
  /** What waits of a shard. Its deliverer runs beside the shard's runner, in the same owner, and stops with it. */
  outbox(shard: number): OutboxStore;
  /**
   * Removes of a shard the closed incidents that the engine has forgotten, with their timelines and former alerts, and
   * forgotten alerts and silences, whose last commit was before the instant (log time), and tallies of earlier hours. Returns
   * how many incidents.
   */
  purge(shard: number, before: number): Promise<number>;
  /** Removes dead letters that came before the instant (log time), replayed or not. Returns how many. */
  purgeDeadLetters(before: number): Promise<number>;
  close(): Promise<void>;
}

export interface CommittedShard {
  readonly record: ShardRecord;
  /** P: the state is that after the record at this position. */
  readonly position: number;
  /** Number of the commit. */
  readonly commit: number;
}

/** What the deliverer of one shard owns: attempts. Rows come and go by commits only. */
export interface OutboxStore {
  /** Every waiting notification, oldest first. */
  pending(): Promise<readonly OutboxItem[]>;
  /** How many wait, by notifier; only notifiers with at least one. */
  backlog(): Promise<ReadonlyMap<string, number>>;
  /** The rows of one notifier: soonest due first, of equal ones oldest first; at most `limit`. */
  next(notifier: string, limit: number): Promise<readonly OutboxItem[]>;
  /** Those of the ids that still wait. */
  stillWaiting(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** Notes an attempt that failed and may be repeated. A row that is gone meanwhile is left gone. */
  recordAttempt(
    id: string,
    attempt: { attempts: number; nextAttemptAt: number; error: string },
  ): Promise<void>;
}

export interface OutboxItem {
  readonly notification: Notification;
  readonly attempts: number;
  /** Unix ms; 0 = at once. */
  readonly nextAttemptAt: number;
  /** Why the last attempt failed; absent before the first. */
  readonly lastError?: string;
}

/* ---------- who runs which shard ---------- */

/** Which shards are this process's to run. Never two processes at once for long; who is late is fenced by the store. */
export interface ShardAssignment {
  /**
   * Takes part until close. `assigned` gets the whole set each time it changes, from none at first; it is not waited for.
   * Refuses with TocsinError.
   */
  start(assigned: (shards: ReadonlySet<number>) => void): Promise<void>;
  /** Lets go of all; others take over at once. Call when the shards were stopped. Calls `assigned` no more. */
  close(): Promise<void>;
}

/* ---------- reading ---------- */

export interface Page<T> {
  readonly items: readonly T[];
  /**
   * Opaque; null at the end. Stays right while data changes, because it names the last row's sort key and not an offset: a row
   * that fits all the time and keeps its sort key is on exactly one page. One that moves in the order while somebody pages
   * may be met twice or not at all.
   */
  readonly next: string | null;
}

/** `id` is the order of opening. It alone never changes: in it every incident is on one page, whatever happens meanwhile. */
export type SortKey = 'priority' | 'openedAt' | 'lastAlertAt' | 'state' | 'id';

/** Lists are any-of; absent = no restriction. Instants are Unix ms. */
export interface IncidentQuery {
  readonly state?: readonly string[];
  readonly priority?: readonly string[];
  readonly tier?: readonly string[];
  readonly team?: readonly string[];
  readonly service?: readonly string[];
  readonly category?: readonly string[];
  readonly assignee?: readonly string[];
  /** openedAt ≥ since, < until. */
  readonly since?: number;
  readonly until?: number;
  /** Case-insensitive part of id or title. */
  readonly q?: string;
  readonly sort: readonly { readonly key: SortKey; readonly descending: boolean }[];
  readonly limit: number;
  readonly after?: string;
}

export interface AlertQuery {
  readonly status?: readonly string[];
  readonly service?: readonly string[];
  readonly severity?: readonly string[];
  readonly category?: readonly string[];
  readonly suppressed?: boolean;
  readonly incident?: string;
  /** ANDed; Prometheus meaning. */
  readonly matchers?: readonly LabelMatcher[];
  readonly limit: number;
  readonly after?: string;
}

export interface DeadLetterQuery {
  readonly source?: readonly string[];
  readonly topic?: readonly string[];
  /** Whether alerts were made of them after all. */
  readonly replayed?: boolean;
  readonly limit: number;
  readonly after?: string;
}

/** What reports are made of: read page by page, in a form that is small enough to look at everything. */
export interface ReportViews {
  /**
   * Every incident opened before `until` and last written (log time) at or after `since`: those that were opened,
   * acknowledged or resolved in between are among them. In order of opening. `limit` is how many incidents are
   * looked at for a page: it may hold fewer, or none, and not be the last.
   */
  incidentFacts(asked: {
    readonly since: number;
    readonly until: number;
    readonly limit: number;
    readonly after?: string;
  }): Promise<Page<IncidentFacts>>;
  /**
   * Alerts that fired more than once and were seen at or after `since`, in any order. `limit` is how many alerts are
   * looked at for a page.
   */
  refiredAlerts(asked: {
    readonly since: number;
    readonly limit: number;
    readonly after?: string;
  }): Promise<Page<RefiredAlert>>;
  /** Hours that began at or after `since` and before `until`, oldest first; one a shard. */
  tallies(asked: {
    readonly since: number;
    readonly until: number;
    readonly limit: number;
    readonly after?: string;
  }): Promise<Page<AlertTally>>;
}

/** The views: committed state only. A cursor that is not one rejects with TocsinError `bad-cursor`. */
export interface Views extends ReportViews {
  incident(id: string): Promise<Incident | null>;
  /** In the order asked for; what is equal in it by number, then id. */
  incidents(query: IncidentQuery): Promise<Page<Incident>>;
  /** Events in order. */
  timeline(incident: string, page: { limit: number; after?: string }): Promise<Page<TimelineEvent>>;
  alert(fingerprint: string): Promise<Alert | null>;
  /**
   * By fingerprint. With `incident`, also the alerts that have since moved to another incident, as they were. Matchers that
   * don't compile reject with TocsinError `bad-matcher`.
   */
  alerts(query: AlertQuery): Promise<Page<Alert>>;
  /** Each shard keeps the silences; those of shard 0, where people make them, are shown. */
  silence(id: string): Promise<Silence | null>;
  /** Of shard 0, by id. */
  silences(query: { state?: readonly string[]; limit: number; after?: string }): Promise<Page<Silence>>;
  outcome(command: string): Promise<Outcome | null>;
  deadLetter(id: string): Promise<DeadLetter | null>;
  /** Newest first, of one instant by id backwards. */
  deadLetters(query: DeadLetterQuery): Promise<Page<DeadLetterSummary>>;
  /** Notifications of an incident that still wait in the outbox. */
  waiting(incident: string): Promise<readonly OutboxItem[]>;
}

/* ---------- topics of others ---------- */

/** Topics that alerts are read from, into the log. A message's place in its topic is committed once it is in the log. */
/** How far a partition that this process reads is behind. */
export interface TopicLag {
  readonly topic: string;
  readonly partition: number;
  /** That are not durable in the event log yet. */
  readonly messages: number;
}

export interface ExternalTopics {
  /** From now on just these are read, each as it says. Whatever fails is told and tried again. */
  follow(topics: RuleSet['intake']): void;
  /** Of all partitions that are read here at the moment, but for those whose end the brokers don't tell. Never rejects. */
  lags(): Promise<readonly TopicLag[]>;
  /** Resolves when nothing is read any more and what was taken is committed, or when that takes too long: it is read again then. */
  close(): Promise<void>;
}

/* ---------- rules ---------- */

export interface BundleReader {
  /** All files of the bundle on disk. Refuses with TocsinError `rules-unreadable`. */
  read(): Promise<BundleFiles>;
  /** Syntax and schema, all findings at once. */
  parse(files: BundleFiles): ParsedBundle;
  /** SHA-256 over paths and texts, in hex. */
  hash(files: BundleFiles): string;
}

/** Documents and tables only when there is no error. */
export interface ParsedBundle {
  readonly documents: readonly BundleDocument[];
  readonly tables: readonly BundleTable[];
  readonly issues: readonly Issue[];
}

/** Parses beside other work. Rejects with TocsinError `parser-died` (retriable) where it could not come to an end. */
export type ParseAside = (files: BundleFiles) => Promise<ParsedBundle>;

/** Watches the files of the bundle until it is closed. */
export type WatchBundle = (on: {
  /** Something may have changed. It may come for nothing, and some changes bring none. */
  readonly hint: () => void;
  /** Hints may stay out from here on. */
  readonly failure: (error: unknown) => void;
}) => BundleWatch;

export interface BundleWatch {
  close(): void;
}

/* ---------- checks at the border ---------- */

/** One thing wrong with an input. `pointer` is a JSON pointer into the body, '' for all of it. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
  /** The schema keyword that failed, for callers that must answer in another API's words. */
  readonly keyword: string;
}

export type SchemaName =
  | 'alert'
  | 'alertmanager-v2-alerts'
  | 'alertmanager-webhook'
  | 'alertmanager-event'
  | 'grafana-webhook'
  | 'command'
  | 'report'
  | 'silence';

/** Holds a parsed body against `schemas/<name>.schema.json`; no problems = it fits. */
export type CheckBody = (schema: SchemaName, body: unknown) => readonly Problem[];

/* ---------- notifiers ---------- */

export type DeliveryResult =
  | { readonly kind: 'sent'; readonly reference?: { readonly title: string; readonly url: string } }
  /** Worth another try; the receiver may say when. */
  | { readonly kind: 'retry'; readonly error: string; readonly retryAfterMs?: number }
  /** No other try will help. */
  | { readonly kind: 'rejected'; readonly error: string };

/** Sends one notification once. Never throws for what a receiver does. */
export type Notify = (
  notification: Notification,
  attempt: { readonly number: number; readonly signal: AbortSignal },
) => Promise<DeliveryResult>;

/** Makes a sender of a notifier of the bundle. */
export type NotifierFactory = (config: NotifierConfig) => Notify;
