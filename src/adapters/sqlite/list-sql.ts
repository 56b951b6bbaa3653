import type { Value } from './staged-commit.js';

/** A statement with what its question marks stand for, in order. */
export interface BoundSql {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** One column of an ORDER BY. */
export interface SortTerm {
  readonly column: string;
  readonly descending: boolean;
}

/** `a AND b AND …`; true when there is nothing to hold. */
export function allOf(conditions: readonly BoundSql[]): BoundSql {
  if (conditions.length === 0) return { sql: 'true', values: [] };
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** Any of the values; nothing for no list, false for an empty one. */
export function anyOf(column: string, values: readonly Value[] | undefined): readonly BoundSql[] {
  if (values === undefined) return [];
  if (values.length === 1) return [{ sql: `${column} = ?`, values }];
  return [{ sql: `${column} IN (${values.map(() => '?').join(', ')})`, values }];
}

/**
 * Rows that come after `key` in the order of `terms`. The bound on the first term says nothing new, but lets an index
 * begin there.
 */
export function afterKey(terms: readonly SortTerm[], key: readonly Value[]): readonly BoundSql[] {
  const [first, ...rest] = terms;
  if (first === undefined) return [];
  const values = [key[0] ?? null];
  if (rest.length === 0) return [{ sql: `${first.column} ${beyond(first)} ?`, values }];
  const deeper = allOf(afterKey(rest, key.slice(1)));
  return [
    { sql: `${first.column} ${beyond(first)}= ?`, values },
    {
      sql: `(${first.column} ${beyond(first)} ? OR (${deeper.sql}))`,
      values: [...values, ...deeper.values],
    },
  ];
}

function beyond({ descending }: SortTerm): '<' | '>' {
  return descending ? '<' : '>';
}

export function orderBy(terms: readonly SortTerm[]): string {
  return terms.map(({ column, descending }) => (descending ? `${column} DESC` : column)).join(', ');
}
