import { openJournal, type JournalData } from './journal.js';
import { sqliteFailure } from './sqlite-failure.js';
import { serveWorker } from './worker-rpc.js';

serveWorker(openJournal, (error, data: JournalData) =>
  sqliteFailure(error, { code: 'log-unavailable', file: data.file }),
);
