/**
 * The store's tables: each document as JSON text beside the columns that lists filter and sort by. `touched` is the log
 * time of the commit that last wrote the row, `forgotten` says that the engine has let go of it. States and priorities
 * are kept as their rank. Columns in front of `doc`, so that a scan of them need not read it. What mere repeats change of an
 * alert stands in `alert_repeats`, a tenth of the document's size, until the document is written again.
 */
const alertColumns = `
    fingerprint TEXT NOT NULL,
    shard INTEGER NOT NULL,
    status TEXT NOT NULL,
    service TEXT,
    severity TEXT NOT NULL,
    category TEXT NOT NULL,
    suppressed INTEGER NOT NULL,`;

export const storeMigrations: readonly string[] = [
  `
  CREATE TABLE shard (
    shard INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL,
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    written TEXT,
    record TEXT
  ) STRICT;

  CREATE TABLE alert (${alertColumns}
    incident TEXT,
    forgotten INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    doc TEXT NOT NULL,
    UNIQUE (fingerprint)
  ) STRICT;
  CREATE INDEX alert_by_incident ON alert (incident, fingerprint);
  CREATE INDEX alert_by_service ON alert (service, fingerprint);
  CREATE INDEX alert_by_category ON alert (category, fingerprint);
  CREATE INDEX alert_by_severity ON alert (severity, fingerprint);
  CREATE INDEX alert_by_status ON alert (status, fingerprint);
  CREATE INDEX alert_by_suppressed ON alert (suppressed, fingerprint);
  CREATE INDEX alert_open ON alert (shard, fingerprint) WHERE forgotten = 0;
  CREATE INDEX alert_forgotten ON alert (touched) WHERE forgotten = 1;

  CREATE TABLE alert_seen (
    fingerprint TEXT PRIMARY KEY,
    changes TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE former_alert (${alertColumns}
    incident TEXT NOT NULL,
    doc TEXT NOT NULL,
    UNIQUE (incident, fingerprint)
  ) STRICT;

  CREATE TABLE incident (
    id TEXT NOT NULL UNIQUE,
    shard INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    last_alert_at INTEGER NOT NULL,
    tier TEXT NOT NULL,
    team TEXT NOT NULL,
    service TEXT,
    category TEXT NOT NULL,
    assignee TEXT,
    id_folded TEXT NOT NULL,
    title_folded TEXT NOT NULL,
    forgotten INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incident_by_priority ON incident (priority, opened_at DESC, number, id);
  CREATE INDEX incident_by_state ON incident (state, priority, opened_at DESC, number, id);
  CREATE INDEX incident_by_opened_at ON incident (opened_at, number, id);
  CREATE INDEX incident_by_last_alert_at ON incident (last_alert_at, number, id);
  CREATE INDEX incident_by_number ON incident (number, id);
  CREATE INDEX incident_by_tier ON incident (tier, opened_at);
  CREATE INDEX incident_by_team ON incident (team, opened_at);
  CREATE INDEX incident_by_service ON incident (service, opened_at);
  CREATE INDEX incident_by_category ON incident (category, opened_at);
  CREATE INDEX incident_by_assignee ON incident (assignee, opened_at);
  CREATE INDEX incident_open ON incident (shard, number) WHERE forgotten = 0;
  CREATE INDEX incident_forgotten ON incident (touched) WHERE forgotten = 1;

  CREATE TABLE timeline (
    incident TEXT NOT NULL,
    seq INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (incident, seq)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE silence (
    id TEXT PRIMARY KEY,
    shard INTEGER NOT NULL,
    state TEXT NOT NULL,
    forgotten INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX silence_by_state ON silence (state, id);
  CREATE INDEX silence_open ON silence (shard, id) WHERE forgotten = 0;
  CREATE INDEX silence_forgotten ON silence (touched) WHERE forgotten = 1;

  CREATE TABLE outcome (
    command TEXT PRIMARY KEY,
    shard INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outcome_by_shard ON outcome (shard, command);

  CREATE TABLE outbox (
    arrival INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    notifier TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    doc TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_by_age ON outbox (created_at, arrival);
  CREATE INDEX outbox_by_notifier ON outbox (notifier, next_attempt_at, created_at, arrival);
  CREATE INDEX outbox_by_incident ON outbox (incident, created_at, arrival);

  CREATE TABLE bundle (hash TEXT PRIMARY KEY, files TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE tally (
    hour INTEGER NOT NULL,
    shard INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (hour, shard)
  ) STRICT, WITHOUT ROWID;
  `,
  // One index over what all filters of alerts look at, in the order of their list, in place of five: each cost as much as the
  // row itself, and a row that most filters pass over is read past without its document. Open alerts are loaded in the order
  // in which they lie. What repeats change stands in columns. Events lie in the order in which they came: in that of their
  // incidents each of them had to be squeezed in between others.
  `
  CREATE TABLE alert_rebuilt (${alertColumns}
    incident TEXT,
    forgotten INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  INSERT INTO alert_rebuilt
    (fingerprint, shard, status, service, severity, category, suppressed, incident, forgotten, touched, doc)
    SELECT fingerprint, shard, status, service, severity, category, suppressed, incident, forgotten, touched, doc
    FROM alert ORDER BY rowid;
  DROP TABLE alert;
  ALTER TABLE alert_rebuilt RENAME TO alert;
  CREATE INDEX alert_list ON alert (fingerprint, status, severity, suppressed, category);
  CREATE INDEX alert_by_incident ON alert (incident, fingerprint);
  CREATE INDEX alert_by_service ON alert (service, fingerprint);
  CREATE INDEX alert_open ON alert (shard) WHERE forgotten = 0;
  CREATE INDEX alert_forgotten ON alert (touched) WHERE forgotten = 1;

  CREATE TABLE alert_repeats (
    fingerprint TEXT PRIMARY KEY,
    last_seen_at REAL NOT NULL,
    received_count REAL NOT NULL,
    starts_at REAL NOT NULL,
    expires_at REAL,
    expiry_assumed INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO alert_repeats
    SELECT fingerprint, changes ->> 'lastSeenAt', changes ->> 'receivedCount', changes ->> 'startsAt',
      changes ->> 'expiresAt', changes ->> 'expiryAssumed'
    FROM alert_seen;
  DROP TABLE alert_seen;

  CREATE TABLE timeline_rebuilt (
    incident TEXT NOT NULL,
    seq INTEGER NOT NULL,
    doc TEXT NOT NULL
  ) STRICT;
  INSERT INTO timeline_rebuilt SELECT incident, seq, doc FROM timeline ORDER BY seq;
  DROP TABLE timeline;
  ALTER TABLE timeline_rebuilt RENAME TO timeline;
  CREATE UNIQUE INDEX timeline_by_incident ON timeline (incident, seq);
  `,
  // The text stands beside the document: lists don't read it.
  `
  CREATE TABLE dead_letter (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    topic TEXT NOT NULL,
    replayed INTEGER NOT NULL,
    doc TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX dead_letter_by_age ON dead_letter (at, id);
  CREATE INDEX dead_letter_by_source ON dead_letter (source, at, id);
  CREATE INDEX dead_letter_by_topic ON dead_letter (topic, at, id);
  CREATE INDEX dead_letter_waiting ON dead_letter (at, id) WHERE replayed = 0;
  `,
  // Each shard has silences and an outbox of its own, and its owner purges it.
  `
  CREATE TABLE silence_rebuilt (
    id TEXT NOT NULL,
    shard INTEGER NOT NULL,
    state TEXT NOT NULL,
    forgotten INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (shard, id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO silence_rebuilt (id, shard, state, forgotten, touched, doc)
    SELECT id, shard, state, forgotten, touched, doc FROM silence;
  DROP TABLE silence;
  ALTER TABLE silence_rebuilt RENAME TO silence;
  CREATE INDEX silence_by_state ON silence (shard, state, id);
  CREATE INDEX silence_open ON silence (shard, id) WHERE forgotten = 0;
  CREATE INDEX silence_forgotten ON silence (shard, touched) WHERE forgotten = 1;

  ALTER TABLE outbox ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
  DROP INDEX outbox_by_age;
  DROP INDEX outbox_by_notifier;
  CREATE INDEX outbox_by_age ON outbox (shard, created_at, arrival);
  CREATE INDEX outbox_by_notifier ON outbox (shard, notifier, next_attempt_at, created_at, arrival);

  DROP INDEX alert_forgotten;
  CREATE INDEX alert_forgotten ON alert (shard, touched) WHERE forgotten = 1;
  DROP INDEX incident_forgotten;
  CREATE INDEX incident_forgotten ON incident (shard, touched) WHERE forgotten = 1;
  `,
];
