import Database from 'better-sqlite3';
import { expect } from 'chai';
import { alertListSql } from '../../../src/adapters/sqlite/alert-query.js';
import { incidentListSql } from '../../../src/adapters/sqlite/incident-query.js';
import { factsSql } from '../../../src/adapters/sqlite/report-reads.js';
import type { BoundSql } from '../../../src/adapters/sqlite/list-sql.js';
import { listSql, openState, outboxLists } from '../../../src/adapters/sqlite/store-sql.js';
import { storeMigrations } from '../../../src/adapters/sqlite/store-format.js';
import type { AlertQuery, IncidentQuery, SortKey } from '../../../src/app/ports.js';

describe('the plans of the SQLite store', () => {
  const db = new Database(':memory:');
  for (const sql of storeMigrations) db.exec(sql);
  after(() => db.close());

  /** What SQLite would do, step by step. */
  const plan = ({ sql, values }: BoundSql): readonly string[] =>
    db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...values)
      .map(({ detail }) => detail);
  const expectNoScan = (name: string, sql: BoundSql): void => {
    const scans = plan(sql).filter(
      (detail) => /^SCAN (?!CONSTANT)/.test(detail) && !detail.includes('USING'),
    );
    expect(scans, `${name}: ${sql.sql}`).to.deep.equal([]);
  };
  /** Reads in the order asked for, so that it stops when the page is full. */
  const expectNoSort = (name: string, sql: BoundSql): void => {
    expectNoScan(name, sql);
    expect(
      plan(sql).filter((detail) => detail.includes('TEMP B-TREE')),
      `${name}: ${sql.sql}`,
    ).to.deep.equal([]);
  };

  it('find incidents by every filter through an index', () => {
    const filters: Partial<IncidentQuery>[] = [
      { state: ['new', 'acknowledged'] },
      { priority: ['P1'] },
      { tier: ['L1'] },
      { team: ['a', 'b'] },
      { service: ['a'] },
      { category: ['a'] },
      { assignee: ['a'] },
      { since: 5 },
      { until: 5 },
    ];
    for (const filter of filters) {
      for (const sort of [[], [{ key: 'priority' as const, descending: false }]]) {
        const query = { ...filter, sort, limit: 50 };
        expectNoScan(JSON.stringify(query), incidentListSql(query, null));
        expectNoScan(JSON.stringify(query), incidentListSql(query, [...sort.map(() => 1), 1, 'INC-1']));
      }
    }
  });

  it('list all incidents in any order along an index, from any cursor', () => {
    const keys: readonly SortKey[] = ['priority', 'openedAt', 'lastAlertAt', 'state', 'id'];
    for (const first of keys) {
      for (const second of keys) {
        for (const descending of [false, true]) {
          const sort = [
            { key: first, descending },
            { key: second, descending: !descending },
          ];
          const query = { sort, limit: 50 };
          expectNoScan(JSON.stringify(sort), incidentListSql(query, null));
          const next = incidentListSql(query, [1, 1, 1, 'INC-1']);
          expect(plan(next).join('\n'), next.sql).to.match(/^SEARCH incident USING INDEX/);
        }
      }
    }
  });

  it('walk through all incidents for a report along an index, without sorting', () => {
    for (const key of [null, [1, 1, 'INC-1']]) {
      const { sql, values } = factsSql(9, key);
      expectNoSort('facts', { sql, values: [1, ...values, 1000] });
    }
  });

  it('list incidents in the usual orders without sorting', () => {
    const usual: IncidentQuery['sort'][] = [
      [],
      [
        { key: 'priority', descending: false },
        { key: 'openedAt', descending: true },
      ],
      [{ key: 'openedAt', descending: false }],
      [{ key: 'lastAlertAt', descending: false }],
      [{ key: 'id', descending: false }],
    ];
    for (const sort of usual) expectNoSort(JSON.stringify(sort), incidentListSql({ sort, limit: 50 }, null));
  });

  it('find alerts by every filter through an index, in the order of the list', () => {
    const filters: Partial<AlertQuery>[] = [
      {},
      { status: ['firing'] },
      { service: ['a'] },
      { severity: ['critical'] },
      { category: ['a'] },
      { suppressed: true },
    ];
    for (const filter of filters) {
      expectNoSort(JSON.stringify(filter), alertListSql({ ...filter, limit: 50 }, null, 51));
      expectNoSort(JSON.stringify(filter), alertListSql({ ...filter, limit: 50 }, 'f', 51));
    }
    expectNoSort('incident', alertListSql({ incident: 'INC-1', limit: 50 }, 'f', 51));
    expectNoScan('statuses', alertListSql({ status: ['firing', 'resolved'], limit: 50 }, null, 51));
  });

  it('find timelines, silences, the open state and the outbox through indexes', () => {
    const page = { limit: 50, key: null, after: null };
    expectNoSort('timeline', listSql.timeline({ ...page, incident: 'INC-1' }));
    expectNoSort('timeline page', listSql.timeline({ ...page, incident: 'INC-1', key: [5] }));
    expectNoSort('silences', listSql.silences(page));
    expectNoSort('silences of a state', listSql.silences({ ...page, state: ['active'] }));
    for (const [name, sql] of Object.entries(openState)) expectNoSort(name, { sql, values: [0, ''] });
    for (const [name, sql] of Object.entries(outboxLists)) {
      expectNoSort(name, { sql, values: name === 'notifier' ? [0, 'chat', 5] : [0, 5] });
    }
  });

  it('find dead letters by every filter through an index, newest first, from any cursor', () => {
    for (const query of [{}, { source: ['a'] }, { topic: ['a'] }, { replayed: true }, { replayed: false }]) {
      for (const key of [null, [5, 'a']])
        expectNoSort(JSON.stringify(query), listSql.deadLetters({ query, key, limit: 50 }));
    }
    const waiting = plan(listSql.deadLetters({ query: { replayed: false }, key: null, limit: 50 }));
    expect(waiting.join()).to.include('dead_letter_waiting');
  });

  it('purge through indexes', () => {
    const letters = 'SELECT id FROM dead_letter WHERE at < ? ORDER BY at LIMIT ?';
    expectNoSort('dead letters', { sql: letters, values: [5, 5] });
    for (const table of ['alert', 'incident', 'silence']) {
      const sql = `SELECT 1 FROM ${table} WHERE shard = ? AND forgotten = 1 AND touched < ? ORDER BY touched LIMIT ?`;
      expectNoSort(table, { sql, values: [0, 5, 5] });
    }
  });
});
