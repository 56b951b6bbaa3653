import { describeStore } from '../../contract/store.contract.js';
import { makeMongoBench } from '../../support/servers/mongo-store-bench.js';
import { type Mongo, useMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

describe('on a MongoDB server', () => {
  let mongo: Mongo | undefined;

  before(async function () {
    mongo = await skipUnlessAvailable(this, useMongo);
  });
  after(() => mongo?.stop());

  describeStore('the store on MongoDB', () => Promise.resolve(makeMongoBench(mongo!)));
});
