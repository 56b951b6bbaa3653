import { expect } from 'chai';
import { examineMongo } from '../../../src/adapters/mongo/examine-mongo.js';
import { openMongoStore } from '../../../src/adapters/mongo/mongo-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { rejectionOf } from '../../contract/rejection-of.js';
import { type MongoServer, type MongoUser, startMongo, urlFor } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

const password = 'hush hush';
const users: readonly MongoUser[] = [
  { name: 'tocsin', password, role: 'readWrite' },
  { name: 'reader', password, role: 'read' },
  { name: 'stranger', password, role: 'none' },
];
const database = 'triage';

describe('a start on MongoDB that can not work', function () {
  this.timeout(60_000);
  let mongo: MongoServer | undefined;

  before(async function () {
    mongo = await skipUnlessAvailable(this, () => startMongo({ users }));
  });
  after(() => mongo?.stop());

  const refusal = async (url: string): Promise<Error> => {
    const refused = await rejectionOf(openMongoStore({ url, database, timeoutMs: 2_000 }));
    expect(refused.message).to.not.contain('hush');
    return refused;
  };
  const examine = (name: string) =>
    examineMongo({ connection: { url: urlFor(mongo!, { name, password }), database }, clock: systemClock });

  it('gets in with the right credentials', async () => {
    const store = await openMongoStore({ url: urlFor(mongo!, { name: 'tocsin', password }), database });
    expect(await store.committed(0)).to.equal(0);
    await store.close();
    const findings = await examine('tocsin');
    expect(findings.find(({ check }) => check === 'rights')).to.deep.include({
      verdict: 'ok',
      text: 'the user may read, write and delete in triage',
    });
  });

  for (const [what, name, given] of [
    ['a wrong password', 'tocsin', 'hush'],
    ['an unknown user', 'tocsni', password],
  ] as const)
    it(`says that the credentials are wrong, with ${what}`, async () => {
      const refused = await refusal(urlFor(mongo!, { name, password: given }));
      expect(refused).to.include({ code: 'store-refused', retriable: false });
      expect(refused.message).to.contain('refuses the credentials').and.contain('TOCSIN_MONGODB_URL');
    });

  it('says that somebody must log in', async () => {
    const refused = await refusal(mongo!.url);
    expect(refused).to.include({ code: 'store-refused', retriable: false });
    expect(refused.message).to.contain('asks for some').and.contain('TOCSIN_MONGODB_URL');
  });

  for (const name of ['reader', 'stranger'])
    it(`says that the user lacks rights, as ${name}`, async () => {
      const refused = await refusal(urlFor(mongo!, { name, password }));
      expect(refused).to.include({ code: 'store-refused', retriable: false });
      expect(refused.message).to.contain('does not allow it').and.contain('docs/mongodb.md');
    });

  it('is examined with each right that is missing', async () => {
    const findings = await examine('reader');
    expect(findings.map(({ check, verdict }) => [check, verdict])).to.deep.equal([
      ...[
        ['server', 'warning'],
        ['rights', 'error'],
        ['indexes', 'ok'],
        ['clock', 'ok'],
      ],
    ]);
    expect(findings[1]!.text).to.contain('lacks update, remove, insert, createCollection, createIndex on');
    const [, stranger] = await examine('stranger');
    expect(stranger!.text).to.contain('lacks find, update, remove, listCollections, insert,');
  });

  it('says that nobody answers, and may be tried again, where the server is frozen or not there', async () => {
    const nobody = await refusal('mongodb://127.0.0.1:1');
    expect(nobody).to.include({ code: 'store-unavailable', retriable: true });
    expect(nobody.message).to.contain('no server to write to').and.contain('127.0.0.1:1');
    mongo!.freeze();
    try {
      const frozen = await refusal(urlFor(mongo!, { name: 'tocsin', password }));
      expect(frozen).to.include({ code: 'store-unavailable', retriable: true });
      expect(frozen.message).to.match(/no server to write to|does not answer in time/);
    } finally {
      mongo!.resume();
    }
  });

  // Below 9 the driver refuses, from there on we do.
  for (const wireVersion of [8, 12])
    it(`says that the server is too old, at wire version ${wireVersion}`, async () => {
      const old = await startMongo({ wireVersion });
      try {
        const refused = await refusal(old.url);
        expect(refused).to.include({ code: 'store-refused', retriable: false });
        expect(refused.message).to.contain('Tocsin needs').and.contain('5.0 or newer');
        const findings = await examineMongo({ connection: { url: old.url, database }, clock: systemClock });
        expect(findings).to.have.length(1);
        expect(findings[0]).to.include({ check: 'server', verdict: 'error' });
        expect(findings[0]!.text).to.contain('5.0 or newer');
      } finally {
        await old.stop();
      }
    });
});
