import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { entry } from '../../contract/log-samples.js';
import { createSettableClock } from '../../support/settable-clock.js';

/** The other process of log-failure.test.ts: ends by force while a write of its log waits for the lock of somebody else. */
const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('Which directory?');
const log = await openSqliteLog({ directory, clock: createSettableClock() });
process.stdout.write('opened\n');
process.stdin.once('data', () => {
  log.append(0, [entry(2)]).catch(() => undefined);
  setTimeout(() => process.exit(1), 300);
});
