import { journalMigrations } from './journal-format.js';
import { storeMigrations } from './store-format.js';

/** The newest format of each file that this version can read. */
export const knownFormats = { 'store.db': storeMigrations.length, 'journal.db': journalMigrations.length };
