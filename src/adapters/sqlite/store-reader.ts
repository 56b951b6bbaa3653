import type Database from 'better-sqlite3';
import type { CursorKey } from '../../app/cursor.js';
import type { AlertQuery, IncidentQuery } from '../../app/ports.js';
import { TocsinError } from '../../app/tocsin-error.js';
import type { Alert } from '../../domain/alert/alert.js';
import { compileLabelMatchers } from '../../domain/alert/label-matcher.js';
import { alertListSql } from './alert-query.js';
import { incidentListSql } from './incident-query.js';
import type { BoundSql } from './list-sql.js';
import { openReadOnly } from './open-database.js';
import { reportReads, type ReportReads } from './report-reads.js';
import { createStatementCache } from './statement-cache.js';
import {
  byId,
  listSql,
  openState,
  outboxLists,
  shardContents,
  type DeadLetterPage,
  type SilencePage,
  type TimelinePage,
} from './store-sql.js';
import type { Value } from './staged-commit.js';
import type { StoreData } from './store-writer.js';
import type { Opened } from './worker-rpc.js';

export interface OutboxRow {
  readonly doc: string;
  readonly attempts: number;
  readonly nextAttemptAt: number;
  readonly error: string | null;
}

/** A bounded part of a list: `next` is where to go on, null at the end. */
export interface Slice<K> {
  readonly docs: readonly string[];
  readonly next: K | null;
}

export type ContentsRow = readonly [doc: string, forgotten: number | null, touched: number | null];

/** Some documents with what is known of them; `next` as in a slice. */
export interface ContentsSlice {
  readonly rows: readonly ContentsRow[];
  readonly next: Value | null;
}

/** What the store asks of the worker that reads. Documents travel as JSON text. */
export interface StoreReaderCalls extends ReportReads, Record<string, (argument: never) => unknown> {
  document(ask: { kind: keyof typeof byId; id: string }): string | null;
  /** Position of the shard's last commit; 0 = none. */
  committed(shard: number): number;
  /** Of the shard's last commit; `record` is JSON of the ShardRecord. */
  record(shard: number): { record: string; position: number; commit: number } | null;
  open(ask: { kind: keyof typeof openState; shard: number; after: Value; bytes: number }): Slice<Value>;
  contents(ask: {
    kind: keyof typeof shardContents;
    shard: number;
    after: Value;
    bytes: number;
  }): ContentsSlice;
  /** The number by which the shard is owned; 0 = by nobody. */
  owner(shard: number): number;
  /** `limit` + 1 documents if there are as many. */
  incidents(ask: { query: IncidentQuery; key: CursorKey | null }): readonly string[];
  /** Looks at `rows` alerts after the given one; `docs` are those that fit. */
  alerts(ask: { query: AlertQuery; after: string | null; rows: number }): Slice<string>;
  timeline(ask: TimelinePage): readonly string[];
  silences(ask: SilencePage): readonly string[];
  deadLetters(ask: DeadLetterPage): readonly string[];
  /** `limit` -1: all. */
  outbox(ask: { list: keyof typeof outboxLists; of: readonly Value[]; limit: number }): readonly OutboxRow[];
  backlog(shard: number): readonly (readonly [notifier: string, count: number])[];
  stillWaiting(ask: { shard: number; ids: readonly string[] }): readonly string[];
}

export function openStoreReader(data: StoreData): Opened<StoreReaderCalls> {
  const db = openReadOnly(data.file);
  return {
    calls: { ...pointReads(db), ...listReads(db), ...reportReads(db), ...outboxReads(db) },
    broken: () => !db.open || db.inTransaction,
    close: () => db.close(),
  };
}

type PointReads = Pick<StoreReaderCalls, 'document' | 'committed' | 'record' | 'open' | 'contents' | 'owner'>;

function pointReads(db: Database.Database): PointReads {
  const prepared = createStatementCache(db);
  return {
    document: ({ kind, id }) => (prepared(byId[kind]).pluck().get(id) as string | undefined) ?? null,
    committed: (shard) =>
      (prepared('SELECT position FROM shard WHERE shard = ?').pluck().get(shard) as number | undefined) ?? 0,
    record: (shard) =>
      (prepared(
        'SELECT record, position, number AS "commit" FROM shard WHERE shard = ? AND record IS NOT NULL',
      ).get(shard) as ReturnType<StoreReaderCalls['record']> | undefined) ?? null,
    open({ kind, shard, after, bytes }) {
      const docs: string[] = [];
      let size = 0;
      for (const row of prepared(openState[kind]).raw().iterate(shard, after)) {
        const [key, doc] = row as [Value, string];
        docs.push(doc);
        size += doc.length;
        if (size >= bytes) return { docs, next: key };
      }
      return { docs, next: null };
    },
    contents({ kind, shard, after, bytes }) {
      const rows: ContentsRow[] = [];
      let size = 0;
      for (const row of prepared(shardContents[kind]).raw().iterate(shard, after)) {
        const [key, ...found] = row as [Value, ...ContentsRow];
        const [doc] = found;
        rows.push(found);
        size += doc.length;
        if (size >= bytes) return { rows, next: key };
      }
      return { rows, next: null };
    },
    owner: (shard) =>
      (prepared('SELECT owner FROM shard WHERE shard = ?').pluck().get(shard) as number | undefined) ?? 0,
  };
}

type ListReads = Pick<StoreReaderCalls, 'incidents' | 'alerts' | 'timeline' | 'silences' | 'deadLetters'>;

function listReads(db: Database.Database): ListReads {
  const prepared = createStatementCache(db);
  const docs = ({ sql, values }: BoundSql) =>
    prepared(sql)
      .pluck()
      .all(...values) as string[];
  return {
    incidents: ({ query, key }) => docs(incidentListSql(query, key)),
    alerts({ query, after, rows }) {
      const { sql, values } = alertListSql(query, after, rows);
      const found = prepared(sql)
        .raw()
        .all(...values) as [string, string][];
      const last = found.length === rows ? found.at(-1) : undefined;
      const fits = compileMatchers(query);
      return { docs: found.map(([, doc]) => doc).filter(fits), next: last?.[0] ?? null };
    },
    timeline: (page) => docs(listSql.timeline(page)),
    silences: (page) => docs(listSql.silences(page)),
    deadLetters: (page) => docs(listSql.deadLetters(page)),
  };
}

/** Whether the labels of an alert's JSON fit all the matchers. */
function compileMatchers({ matchers }: AlertQuery): (doc: string) => boolean {
  if (matchers === undefined || matchers.length === 0) return () => true;
  const compiled = compileLabelMatchers(matchers);
  if (!compiled.ok) throw new TocsinError(compiled.error, { code: 'bad-matcher', retriable: false });
  return (doc) => compiled.matches((JSON.parse(doc) as Alert).labels);
}

type OutboxReads = Pick<StoreReaderCalls, 'outbox' | 'backlog' | 'stillWaiting'>;

function outboxReads(db: Database.Database): OutboxReads {
  const prepared = createStatementCache(db);
  return {
    outbox: ({ list, of, limit }) => prepared(outboxLists[list]).all(...of, limit) as OutboxRow[],
    backlog: (shard) =>
      prepared('SELECT notifier, count(*) FROM outbox WHERE shard = ? GROUP BY notifier')
        .raw()
        .all(shard) as [string, number][],
    stillWaiting({ shard, ids }) {
      const one = prepared('SELECT id FROM outbox WHERE id = ? AND shard = ?').pluck();
      return ids.filter((id) => one.get(id, shard) !== undefined);
    },
  };
}
