import { sqliteFailure } from './sqlite-failure.js';
import { openStoreWriter, type StoreData } from './store-writer.js';
import { serveWorker } from './worker-rpc.js';

serveWorker(openStoreWriter, (error, data: StoreData) =>
  sqliteFailure(error, { code: 'store-unavailable', file: data.file }),
);
