import { randomUUID } from 'node:crypto';
import { type Document, MongoClient } from 'mongodb';
import { createMongoClient } from '../../../src/adapters/mongo/mongo-connection.js';
import { ensureIndexes } from '../../../src/adapters/mongo/mongo-indexes.js';
import { collectionsOf } from '../../../src/adapters/mongo/mongo-rows.js';
import { createMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import type { StoreBench } from '../../contract/store.contract.js';
import type { Mongo } from './mongo.js';

/** A name for a database that nobody else uses. */
export function newDatabase(): string {
  return `tocsin-test-${randomUUID()}`;
}

/** A place for one store: a database of its own. Every command that its stores send once they are open is told. */
export function makeMongoBench({ url }: Mongo, onCommand: (command: Document) => void): StoreBench {
  const database = newDatabase();
  return {
    async open() {
      const client = createMongoClient({ url: monitored(url), database }, 'tocsin-test');
      const db = client.db(database);
      await ensureIndexes(collectionsOf(db));
      client.on('commandStarted', ({ command }) => {
        onCommand(command);
      });
      return createMongoStore(client, db);
    },
    remove: () => dropDatabase(url, database),
  };
}

/** The driver tells of commands only when asked to. */
function monitored(url: string): string {
  const joint = url.includes('?') ? '&' : /:\/\/[^/]+\//.test(url) ? '?' : '/?';
  return `${url}${joint}monitorCommands=true`;
}

export async function dropDatabase(url: string, database: string): Promise<void> {
  const client = new MongoClient(url);
  try {
    await client.db(database).dropDatabase();
  } finally {
    await client.close();
  }
}
