import type Database from 'better-sqlite3';
import type { CursorKey } from '../../app/cursor.js';
import type { Alert } from '../../domain/alert/alert.js';
import type { AlertTally } from '../../domain/alert/alert-tally.js';
import { isRefired, refiredAlertOf, type RefiredAlert } from '../../domain/alert/refired-alert.js';
import type { Incident } from '../../domain/incident/incident.js';
import { factsOf, type IncidentFacts } from '../../domain/incident/incident-facts.js';
import { afterKey, allOf, orderBy, type BoundSql } from './list-sql.js';
import type { Value } from './staged-commit.js';
import { createStatementCache } from './statement-cache.js';
import { alertDocument } from './store-sql.js';

/** A part of a walk through a table: `next` is the key of the last row looked at where there may be more. */
export interface Walk<T> {
  readonly items: readonly T[];
  readonly next: CursorKey | null;
}

interface Asked {
  readonly since: number;
  readonly until: number;
  readonly limit: number;
  readonly key: CursorKey | null;
}

/** Reads for reports. Documents are parsed here, in the worker: what travels is a tenth of them. */
export interface ReportReads {
  incidentFacts(ask: Asked): Walk<IncidentFacts>;
  refiredAlerts(ask: Omit<Asked, 'until'>): Walk<RefiredAlert>;
  tallies(ask: Asked): Walk<AlertTally>;
}

const byOpening = ['opened_at', 'number', 'id'].map((column) => ({ column, descending: false }));
const byHour = ['hour', 'shard'].map((column) => ({ column, descending: false }));

/** Values: since, those given, limit. What was written before `since` is passed by, not searched past. */
export function factsSql(until: number, key: CursorKey | null): BoundSql {
  const within = { sql: 'opened_at < ?', values: [until] };
  const where = allOf([within, ...(key === null ? [] : afterKey(byOpening, key))]);
  return {
    sql: `SELECT opened_at, number, id, CASE WHEN touched >= ? THEN doc ELSE 'null' END
      FROM incident WHERE ${where.sql} ORDER BY ${orderBy(byOpening)} LIMIT ?`,
    values: where.values,
  };
}

export function reportReads(db: Database.Database): ReportReads {
  const prepared = createStatementCache(db);
  /** Rows as (…key, doc). */
  const walk = <T>(sql: string, values: readonly Value[], limit: number): Walk<T> => {
    const rows = prepared(sql)
      .raw()
      .all(...values, limit) as [...(string | number)[], string][];
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return {
      items: rows.map((row) => JSON.parse(String(row.at(-1))) as T),
      next: last?.slice(0, -1) ?? null,
    };
  };

  return {
    incidentFacts({ since, until, limit, key }) {
      const { sql, values } = factsSql(until, key);
      const found = walk<Incident | null>(sql, [since, ...values], limit);
      return { items: found.items.filter((incident) => incident !== null).map(factsOf), next: found.next };
    },
    refiredAlerts({ since, limit, key }) {
      const found = walk<Alert | null>(
        `SELECT rowid, CASE WHEN doc ->> 'occurrenceCount' > 1 THEN (SELECT ${alertDocument}) ELSE 'null' END
         FROM alert WHERE rowid > ? ORDER BY rowid LIMIT ?`,
        [key?.[0] ?? 0],
        limit,
      );
      const items = found.items
        .filter((alert) => alert !== null)
        .filter((alert) => isRefired(alert) && alert.lastSeenAt >= since)
        .map(refiredAlertOf);
      return { items, next: found.next };
    },
    tallies({ since, until, limit, key }) {
      const within = { sql: 'hour >= ? AND hour < ?', values: [since, until] };
      const where = allOf([within, ...(key === null ? [] : afterKey(byHour, key))]);
      return walk<AlertTally>(
        `SELECT hour, shard, doc FROM tally WHERE ${where.sql} ORDER BY ${orderBy(byHour)} LIMIT ?`,
        where.values,
        limit,
      );
    },
  };
}
