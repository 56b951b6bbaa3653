import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import type { StoreBench } from '../../contract/store.contract.js';
import type { Mongo } from './mongo.js';

/** A name for a database that nobody else uses. */
export function newDatabase(): string {
  return `tocsin-test-${randomUUID()}`;
}

/** A place for one store: a database of its own. */
export function makeMongoBench({ url }: Mongo): StoreBench {
  const database = newDatabase();
  return {
    open: () => openMongoStore({ url, database }),
    remove: () => dropDatabase(url, database),
  };
}

export async function dropDatabase(url: string, database: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
}
