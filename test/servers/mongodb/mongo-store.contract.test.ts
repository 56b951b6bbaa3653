import { expect } from 'chai';
import { wantedIndexes } from '../../../src/adapters/mongo/mongo-indexes.js';
import type { Alert } from '../../../src/domain/alert/alert.js';
import { sampleCommit } from '../../contract/sample-commit.js';
import { describeStore } from '../../contract/store.contract.js';
import { sampleAlert, sampleEvent, sampleIncident } from '../../support/sample-documents.js';
import { type Question, questionsOf, type Service, serviceOf } from '../../support/servers/index-shape.js';
import { makeMongoBench } from '../../support/servers/mongo-store-bench.js';
import { type Mongo, useMongo } from '../../support/servers/mongo.js';
import { skipUnlessAvailable } from '../../support/servers/skip-unless-available.js';

describe('on a MongoDB server', () => {
  let mongo: Mongo | undefined;
  /** Every question that the suite made the store ask, by its shape. */
  const asked = new Map<string, Question>();

  before(async function () {
    mongo = await skipUnlessAvailable(this, useMongo);
  });
  after(() => mongo?.stop());

  describeStore('the store on MongoDB', () =>
    Promise.resolve(
      makeMongoBench(mongo!, (command) => {
        for (const question of questionsOf(command)) asked.set(shapeOf(question), question);
      }),
    ),
  );

  it('takes a commit of a thousand alerts, nearly all of them repeats, in a few round trips', async () => {
    const names: string[] = [];
    const bench = makeMongoBench(mongo!, (command) => void names.push(Object.keys(command)[0]!));
    const store = await bench.open();
    await store.open(0);
    const alert = (at: number): Alert => sampleAlert({ fingerprint: at.toString(16).padStart(16, '0') });
    const first = Array.from({ length: 1_000 }, (_, at) => alert(at));
    await store.stage(sampleCommit(1, { alerts: first }))();
    names.length = 0;
    const repeats = first.slice(50).map((each) => ({ ...each, receivedCount: 2 }));
    const opened = Array.from({ length: 50 }, (_, at) => alert(1_000 + at));
    const incidents = opened.map((_, at) => sampleIncident({ id: `INC-${at}`, number: at }));
    const timeline = incidents.map(({ id }) => sampleEvent({ incident: id, seq: 1 }));
    await store.stage(sampleCommit(2, { alerts: opened, touched: repeats, incidents, timeline }))();
    await store.close();
    await bench.remove();
    expect(names.length, names.join(' ')).to.be.at.most(20);
    expect(names).to.include('update');
  });

  describe('the indexes', () => {
    // By their fields: the server of these tests does not explain, so which one MongoDB would take is not seen here.
    it('serve everything that the suite has asked, but for orders of all incidents that hardly anybody asks for, and backups', () => {
      const unserved = [...asked.values()].filter((question) => served(question) === 'scan');
      const surprising = unserved.filter(
        (question) => !sortsAllIncidents(question) && !readsForBackup(question),
      );
      expect(surprising.map(shapeOf)).to.deep.equal([]);
      expect(asked.size, 'questions').to.be.above(100);
      const collections = new Set([...asked.values()].map(({ collection }) => collection));
      expect([...collections], 'collections').to.include.members(Object.keys(wantedIndexes()));
    });
  });
});

function served(question: Question): Service {
  const indexes = (wantedIndexes()[question.collection] ?? []).map(({ key }) => key);
  return serviceOf(question, indexes).service;
}

/** The usual orders have an index: test/adapters/mongo/incident-orders.test.ts. */
function sortsAllIncidents({ collection, filter, sort }: Question): boolean {
  const narrows = Object.keys(filter).some((name) => name !== '$or');
  return collection === 'incidents' && !narrows && Object.keys(sort).length > 0;
}

function readsForBackup({ collection, filter, sort }: Question): boolean {
  const isOfShard = Object.keys(filter).join() === 'shard' && Object.keys(sort).length === 0;
  return isOfShard && ['formerAlerts', 'deadLetters'].includes(collection);
}

/** The same for questions that differ only in values. */
function shapeOf({ collection, filter, sort }: Question): string {
  const shape = JSON.stringify(filter, (_name, value: unknown) => {
    if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return [];
    return typeof value === 'object' ? value : '?';
  });
  return `${collection} ${shape} ${JSON.stringify(sort)}`;
}
