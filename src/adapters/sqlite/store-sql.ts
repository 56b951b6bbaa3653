import type { CursorKey } from '../../app/cursor.js';
import type { DeadLetterQuery } from '../../app/ports.js';
import { afterKey, allOf, anyOf, orderBy, type BoundSql } from './list-sql.js';

/**
 * An alert's document with what repeats have changed since it was written. For `FROM alert`. Set field by field: json_patch
 * would take a null for "remove the field".
 */
export const alertDocument = `coalesce(
  (SELECT json_set(alert.doc, '$.lastSeenAt', last_seen_at, '$.receivedCount', received_count, '$.startsAt', starts_at,
      '$.expiresAt', expires_at, '$.expiryAssumed', json(iif(expiry_assumed, 'true', 'false')))
    FROM alert_repeats WHERE alert_repeats.fingerprint = alert.fingerprint),
  alert.doc) AS doc`;

/** The kinds of documents that are read by their id. */
export const byId = {
  incident: 'SELECT doc FROM incident WHERE id = ?',
  alert: `SELECT ${alertDocument} FROM alert WHERE fingerprint = ?`,
  silence: 'SELECT doc FROM silence WHERE shard = 0 AND id = ?',
  outcome: 'SELECT doc FROM outcome WHERE command = ?',
  deadLetter: "SELECT json_set(doc, '$.text', text) FROM dead_letter WHERE id = ?",
  bundle: 'SELECT files FROM bundle WHERE hash = ?',
} as const;

/** The open state of a shard, kind by kind; each row as (key, doc). */
export const openState = {
  alerts: `SELECT rowid, ${alertDocument} FROM alert WHERE shard = ? AND forgotten = 0 AND rowid > ? ORDER BY rowid`,
  incidents:
    'SELECT number, doc FROM incident WHERE shard = ? AND forgotten = 0 AND number > ? ORDER BY number',
  silences: 'SELECT id, doc FROM silence WHERE shard = ? AND forgotten = 0 AND id > ? ORDER BY id',
  outcomes: 'SELECT command, doc FROM outcome WHERE shard = ? AND command > ? ORDER BY command',
} as const;

/** Nothing of it is known beside the document. */
const PLAIN = 'NULL AS forgotten, NULL AS touched';

/** All of a shard, kind by kind; each row as (key, doc, forgotten, touched). Dead letters have no shard: they come with the first. */
export const shardContents = {
  alert: `SELECT rowid, ${alertDocument}, forgotten, touched FROM alert WHERE shard = ? AND rowid > ? ORDER BY rowid`,
  formerAlert: `SELECT rowid, doc, ${PLAIN} FROM former_alert WHERE shard = ? AND rowid > ? ORDER BY rowid`,
  incident:
    'SELECT rowid, doc, forgotten, touched FROM incident WHERE shard = ? AND rowid > ? ORDER BY rowid',
  silence: 'SELECT id, doc, forgotten, touched FROM silence WHERE shard = ? AND id > ? ORDER BY id',
  event: `SELECT rowid, doc, ${PLAIN} FROM timeline
    WHERE (SELECT shard FROM incident WHERE incident.id = timeline.incident) = ? AND rowid > ? ORDER BY rowid`,
  tally: `SELECT hour, doc, ${PLAIN} FROM tally WHERE shard = ? AND hour > ? ORDER BY hour`,
  outcome: `SELECT command, doc, ${PLAIN} FROM outcome WHERE shard = ? AND command > ? ORDER BY command`,
  deadLetter: `SELECT rowid, json_set(doc, '$.text', text), ${PLAIN} FROM dead_letter WHERE 0 = ? AND rowid > ? ORDER BY rowid`,
} as const;

const OUTBOX = 'SELECT doc, attempts, next_attempt_at AS nextAttemptAt, error FROM outbox';

/** Which part of the outbox, and in which order. */
export const outboxLists = {
  all: `${OUTBOX} WHERE shard = ? ORDER BY created_at, arrival LIMIT ?`,
  notifier: `${OUTBOX} WHERE shard = ? AND notifier = ? ORDER BY next_attempt_at, created_at, arrival LIMIT ?`,
  incident: `${OUTBOX} WHERE incident = ? ORDER BY created_at, arrival LIMIT ?`,
} as const;

export interface TimelinePage {
  readonly incident: string;
  readonly key: CursorKey | null;
  readonly limit: number;
}

export interface SilencePage {
  readonly state?: readonly string[];
  readonly after: string | null;
  readonly limit: number;
}

export interface DeadLetterPage {
  readonly query: Omit<DeadLetterQuery, 'limit' | 'after'>;
  readonly key: CursorKey | null;
  readonly limit: number;
}

const newestFirst = ['at', 'id'].map((column) => ({ column, descending: true }));

/** The lists with few choices; those of incidents and alerts have files of their own. */
export const listSql = {
  timeline({ incident, key, limit }: TimelinePage): BoundSql {
    const order = [{ column: 'seq', descending: false }];
    const where = allOf([...anyOf('incident', [incident]), ...(key === null ? [] : afterKey(order, key))]);
    return {
      sql: `SELECT doc FROM timeline WHERE ${where.sql} ORDER BY seq LIMIT ?`,
      values: [...where.values, limit],
    };
  },
  deadLetters({ query, key, limit }: DeadLetterPage): BoundSql {
    const { source, topic, replayed } = query;
    const where = allOf([
      ...anyOf('source', source),
      ...anyOf('topic', topic),
      // As it stands in the text of the partial index: a value that is bound would not find it.
      ...(replayed === undefined ? [] : [{ sql: `replayed = ${replayed ? 1 : 0}`, values: [] }]),
      ...(key === null ? [] : afterKey(newestFirst, key)),
    ]);
    return {
      sql: `SELECT doc FROM dead_letter WHERE ${where.sql} ORDER BY ${orderBy(newestFirst)} LIMIT ?`,
      values: [...where.values, limit],
    };
  },
  silences({ state, after, limit }: SilencePage): BoundSql {
    const where = allOf([
      { sql: 'shard = 0', values: [] },
      ...anyOf('state', state),
      { sql: 'id > ?', values: [after ?? ''] },
    ]);
    return {
      sql: `SELECT doc FROM silence WHERE ${where.sql} ORDER BY id LIMIT ?`,
      values: [...where.values, limit],
    };
  },
} as const;
