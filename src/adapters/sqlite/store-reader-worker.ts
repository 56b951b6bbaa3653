import { sqliteFailure } from './sqlite-failure.js';
import { openStoreReader } from './store-reader.js';
import type { StoreData } from './store-writer.js';
import { serveWorker } from './worker-rpc.js';

serveWorker(openStoreReader, (error, data: StoreData) =>
  sqliteFailure(error, { code: 'store-unavailable', file: data.file }),
);
