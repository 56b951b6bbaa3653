import { expect } from 'chai';
import { MongoClient } from 'mongodb';
import { examineMongo } from '../../../src/adapters/mongo/examine-mongo.js';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import type { Finding } from '../../../src/app/finding.js';
import { dropDatabase, newDatabase } from '../../support/servers/mongo-store-bench.js';
import { type Mongo, useMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

describe('an examination of MongoDB', function () {
  this.timeout(60_000);
  let mongo: Mongo | undefined;
  let client: MongoClient;
  let database: string;

  before(async function () {
    mongo = await skipUnlessAvailable(this, useMongo);
    client = await MongoClient.connect(mongo.url);
  });
  after(async () => {
    await client.close();
    await mongo?.stop();
  });
  beforeEach(() => {
    database = newDatabase();
  });
  afterEach(() => dropDatabase(mongo!.url, database));

  const examine = (url = mongo!.url, now = () => systemClock.now()): Promise<readonly Finding[]> =>
    examineMongo({ connection: { url, database }, clock: { now } });
  const indexes = async (): Promise<Finding> => (await examine()).find(({ check }) => check === 'indexes')!;

  it('finds nothing wrong with an empty database, and leaves it so', async () => {
    const findings = await examine();
    expect(findings.map(({ check }) => check)).to.deep.equal([
      ...['server', 'rights', 'writes', 'indexes', 'clock'],
    ]);
    expect(findings.filter(({ verdict }) => verdict === 'error')).to.deep.equal([]);
    expect(findings[0]!.text).to.match(/^version \d+\.\d+\.\d+, wire version \d+, /);
    expect((await indexes()).text).to.contain('the first start makes collections and indexes');
    const documents = await client.db(database).collection('shards').countDocuments();
    expect(documents).to.equal(0);
  });

  it('finds nothing wrong with the indexes of a store, and tells those that are missing or foreign', async () => {
    await (await openMongoStore({ url: mongo!.url, database })).close();
    expect(await indexes()).to.include({ verdict: 'ok' });
    const db = client.db(database);

    await db.collection('timeline').createIndex({ shard: 1 });
    expect(await indexes()).to.deep.include({
      verdict: 'warning',
      text: 'timeline { shard:1 } is not Tocsin’s: each commit writes it too. Drop it unless you need it',
    });

    await db.collection('incidents').dropIndex('team_1_openedAt_1');
    await db.collection('alerts').createIndex({ touched: 1 }, { expireAfterSeconds: 60 }, {});
    const found = await indexes();
    expect(found).to.include({ verdict: 'error' });
    expect(found.text.split('\n')).to.have.members([
      'timeline { shard:1 } is not Tocsin’s: each commit writes it too. Drop it unless you need it',
      'incidents { team:1, openedAt:1 } is missing: restart a replica, which makes it',
      'alerts { touched:1 } is not Tocsin’s and deletes its documents: drop it',
    ]);
  });

  it('tells an index that has the right fields and is another all the same', async () => {
    await client.db(database).collection('outbox').createIndex({ goneAt: 1 });
    const found = await indexes();
    expect(found).to.include({ verdict: 'error' });
    expect(found.text.split('\n')).to.include(
      'outbox { goneAt:1 } is not as Tocsin makes it (expireAfterSeconds not set): drop it and restart a replica, which makes it',
    );
  });

  it('compares its clock with ours', async () => {
    const ahead = await examine(mongo!.url, () => systemClock.now() - 60_000);
    const clock = ahead.find(({ check }) => check === 'clock')!;
    expect(clock).to.include({ verdict: 'warning' });
    expect(clock.text).to.match(/is (59|60)\d{3} ms ahead of this machine’s: set both by NTP/);
  });

  it('ends where nobody answers, with what to do', async () => {
    const findings = await examine('mongodb://127.0.0.1:1');
    expect(findings).to.have.length(1);
    expect(findings[0]).to.include({ check: 'server', verdict: 'error' });
    expect(findings[0]!.text).to.contain('TOCSIN_MONGODB_URL').and.contain('127.0.0.1:1');
  });
});
