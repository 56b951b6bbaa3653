import { MongoClient } from 'mongodb';
import type { WrittenCollection } from '../../../src/adapters/mongo/mongo-rows.js';

export interface RowsPlan {
  readonly url: string;
  /** Where the rows are. */
  readonly database: string;
}

export interface RowsResult {
  readonly rows: number;
  readonly ms: number;
}

/** What a commit writes to, but for what nobody waits for in a benchmark. */
const written: readonly WrittenCollection[] = ['alerts', 'formerAlerts', 'incidents', 'timeline', 'tallies'];
const together = 250;

/** Entry of a process: takes a plan from its parent, runs it, reports and ends. */
process.once('message', (plan: RowsPlan) => {
  void copyRows(plan).then((result) => process.send?.(result, undefined, undefined, () => process.exit()));
});

/** Writes the rows of a database to another one, each once: collections side by side, as few commands as may be. */
async function copyRows({ url, database }: RowsPlan): Promise<RowsResult> {
  const client = new MongoClient(url, { writeConcern: { w: 'majority' } });
  await client.connect();
  const copy = client.db(`${database}-copy`);
  const contents = await Promise.all(
    written.map(async (name) => ({
      name,
      rows: await client.db(database).collection(name).find().toArray(),
    })),
  );
  const startedAt = performance.now();
  await Promise.all(
    contents.map(async ({ name, rows }) => {
      for (let from = 0; from < rows.length; from += together) {
        const operations = rows.slice(from, from + together).map((document) => ({ insertOne: { document } }));
        await copy.collection(name).bulkWrite(operations, { ordered: false });
      }
    }),
  );
  const ms = performance.now() - startedAt;
  await copy.dropDatabase();
  await client.close();
  return { rows: contents.reduce((sum, { rows }) => sum + rows.length, 0), ms };
}
