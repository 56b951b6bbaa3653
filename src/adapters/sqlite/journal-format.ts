/**
 * The journal's tables. Positions are counted over all shards, so they are the row ids and every append is one insert at
 * the end of the tree. `total` is the bytes of the shard's records up to and with this one since the journal was made:
 * like `at` it never falls from a record to the next, so a limit is found by bisection and never by a scan.
 */
export const journalMigrations: readonly string[] = [
  `
  CREATE TABLE journal (only INTEGER PRIMARY KEY CHECK (only = 1), shards INTEGER NOT NULL) STRICT;
  CREATE TABLE record (
    position INTEGER PRIMARY KEY,
    shard INTEGER NOT NULL,
    at INTEGER NOT NULL,
    total INTEGER NOT NULL,
    entries TEXT NOT NULL
  ) STRICT;
  CREATE INDEX record_by_shard ON record (shard);
  CREATE TABLE probe (only INTEGER PRIMARY KEY CHECK (only = 1), filling BLOB NOT NULL) STRICT;
  `,
  // Alerts are written once, in rows of several (a JSON array, numbered from `first`), and records name them by number: none
  // below the record's `since`. `bytes` is the record's size with the alerts that were written with it; null in older ones.
  `
  CREATE TABLE alert (first INTEGER PRIMARY KEY, alerts TEXT NOT NULL) STRICT;
  ALTER TABLE record ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE record ADD COLUMN bytes INTEGER;
  `,
];
