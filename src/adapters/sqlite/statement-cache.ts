import type Database from 'better-sqlite3';

/** More different statements than this are never in use; the text of a list query depends on its filters only. */
const LIMIT = 500;

/** Prepares each text once. */
export function createStatementCache(db: Database.Database): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      if (statements.size >= LIMIT) statements.clear();
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}
