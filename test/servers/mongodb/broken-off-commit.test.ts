import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { collectionsOf } from '../../../src/adapters/mongo/mongo-rows.js';
import { createMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { sampleCommit } from '../../contract/sample-commit.js';
import { readEveryPage } from '../../support/read-every-page.js';
import { sampleAlert } from '../../support/sample-documents.js';
import { newDatabase } from '../../support/servers/mongo-store-bench.js';
import { type Mongo, useMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

type Call = (...given: readonly unknown[]) => Promise<unknown>;

describe('a large commit to a MongoDB that breaks off every try', function () {
  this.timeout(60_000);
  let mongo: Mongo | undefined;
  let client: MongoClient;

  before(async function () {
    mongo = await skipUnlessAvailable(this, useMongo);
    client = await MongoClient.connect(mongo.url);
  });
  after(async () => {
    await client.close();
    await mongo?.stop();
  });

  it('goes on where it was, and is whole in the end', async () => {
    const db = client.db(newDatabase());
    const collections = collectionsOf(db);
    /** Commands that are answered yet. */
    let left = 0;
    const alerts = new Proxy(collections.alerts, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (member as Call).bind(target);
        if (name !== 'bulkWrite') return call;
        return (...given: readonly unknown[]) => {
          if (left === 0) return Promise.reject(new Error('broken off'));
          left -= 1;
          return call(...given);
        };
      },
    });
    const store = createMongoStore(client, { ...collections, alerts });
    await store.open(0);
    const many = Array.from({ length: 700 }, (_, at) => sampleAlert({ fingerprint: `alert-${at}` }));
    const write = store.stage(sampleCommit(1, { alerts: many }));
    let tries = 0;
    for (let written = false; !written && tries < 10;) {
      left = 1;
      tries += 1;
      written = await write().then(
        () => true,
        () => false,
      );
    }
    expect(tries).to.equal(3);
    const found = await readEveryPage((after) => store.alerts({ limit: 500, ...after }));
    expect(found.length).to.equal(700);
    expect(await store.committed(0)).to.be.above(0);
    await db.dropDatabase();
  });
});
