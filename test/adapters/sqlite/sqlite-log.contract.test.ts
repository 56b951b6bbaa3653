import { openSqliteLog } from '../../../src/adapters/sqlite/sqlite-log.js';
import { describeEventLog } from '../../contract/event-log.contract.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';

describeEventLog('the log on SQLite', async ({ shards }) => {
  const directory = await makeTempDir('log');
  return {
    open: (clock) => openSqliteLog({ directory: directory.path, clock, shards }),
    remove: () => directory.remove(),
  };
});

describeEventLog('the log on SQLite that hands nothing over in memory', async ({ shards }) => {
  const directory = await makeTempDir('log');
  return {
    open: (clock) => openSqliteLog({ directory: directory.path, clock, shards, handOverBytes: 0 }),
    remove: () => directory.remove(),
  };
});
