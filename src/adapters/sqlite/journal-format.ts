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
];
