import { createMongoClient, type MongoConnection } from './mongo-connection.js';
import { collectionsOf } from './mongo-rows.js';

/** Up to which position of its log each shard is committed; of shards that never were there is none. */
export async function readPositions(connection: MongoConnection): Promise<ReadonlyMap<number, number>> {
  const client = createMongoClient(connection, 'tocsin-doctor');
  try {
    const { shards } = collectionsOf(client.db(connection.database));
    const rows = await shards.find({}, { projection: { position: 1 } }).toArray();
    return new Map(rows.map(({ _id, position }) => [_id, position]));
  } finally {
    await client.close();
  }
}
