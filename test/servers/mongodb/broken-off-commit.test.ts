import { expect } from 'chai';
import { type Db, type Document, MongoClient } from 'mongodb';
import { createMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import type { Store } from '../../../src/app/ports.js';
import { TocsinError } from '../../../src/app/tocsin-error.js';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { sampleCommit } from '../../contract/sample-commit.js';
import { readEveryPage } from '../../support/read-every-page.js';
import { sampleAlert } from '../../support/sample-documents.js';
import { newDatabase } from '../../support/servers/mongo-store-bench.js';
import { type Mongo, useMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

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
    /** Commands for alerts that are answered yet. */
    let left = 0;
    const store = createMongoStore(
      client,
      answeringAlerts(db, (send) => {
        if (left === 0) return Promise.reject(new Error('broken off'));
        left -= 1;
        return send();
      }),
    );
    await store.open(0);
    const write = store.stage(sampleCommit(1, { alerts: manyAlerts(700) }));
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
    expect(await countAlerts(store)).to.equal(700);
    expect(await store.committed(0)).to.be.above(0);
    await db.dropDatabase();
  });

  it('is not done while the server takes a command but refuses one of its rows', async () => {
    const db = client.db(newDatabase());
    let refuses = true;
    const store = createMongoStore(
      client,
      answeringAlerts(db, async (send) => {
        if (!refuses) return send();
        const duplicate = { index: 0, code: 11_000, errmsg: 'there already' };
        return { ok: 1, writeErrors: [duplicate, { index: 1, code: 14_031, errmsg: 'out of disk space' }] };
      }),
    );
    await store.open(0);
    const write = store.stage(sampleCommit(1, { alerts: manyAlerts(3) }));
    const refusal = await rejectionOf(write());
    expect(refusal)
      .to.be.instanceOf(TocsinError)
      .and.to.include({ code: 'store-unavailable', retriable: true });
    expect(refusal.message).to.include('out of disk space');
    expect(await store.committed(0)).to.equal(0);
    refuses = false;
    await write();
    expect(await countAlerts(store)).to.equal(3);
    expect(await store.committed(0)).to.be.above(0);
    await db.dropDatabase();
  });
});

/** The database with our own answers to commands for alerts. */
function answeringAlerts(db: Db, answer: (send: () => Promise<Document>) => Promise<Document>): Db {
  const command = (given: Document): Promise<Document> => {
    const send = (): Promise<Document> => db.command(given);
    return given['update'] === 'alerts' ? answer(send) : send();
  };
  return new Proxy(db, {
    get: (target, name): unknown => (name === 'command' ? command : Reflect.get(target, name, target)),
  });
}

function manyAlerts(count: number): readonly Alert[] {
  return Array.from({ length: count }, (_, at) => sampleAlert({ fingerprint: `alert-${at}` }));
}

async function countAlerts(store: Store): Promise<number> {
  return (await readEveryPage((after) => store.alerts({ limit: 500, ...after }))).length;
}
