import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.js';
import { describeStore } from '../../contract/store.contract.js';
import { makeTempDir } from '../../support/servers/temp-dir.js';

describeStore('the store on SQLite', async () => {
  const directory = await makeTempDir('store');
  return {
    open: () => openSqliteStore({ directory: directory.path }),
    remove: () => directory.remove(),
  };
});
