/**
 * A process that owns shard 0 of a store and writes commit after commit, for a test that freezes it. Arguments: URL, database.
 * It prints `committed N`, and `fenced` when somebody else has taken the shard, and ends then.
 */
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { generation, positionOf } from '../../support/generations.js';

const [url = '', database = ''] = process.argv.slice(2);
const store = await openMongoStore({ url, database, timeoutMs: 2_000 });
const { commit } = await store.open(0);
try {
  for (let number = commit + 1; ; number += 1) {
    const write = store.stage({
      ...{ shard: 0, number, position: positionOf(number), changes: generation(number) },
    });
    await untilWritten(write);
    process.stdout.write(`committed ${number}\n`);
  }
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code ?? String(error)}\n`);
} finally {
  await store.close();
}

/** As an engine does: what may pass is tried again. */
async function untilWritten(write: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await write();
      return;
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true) throw error;
    }
  }
}
