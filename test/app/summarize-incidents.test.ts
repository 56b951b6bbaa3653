import { expect } from 'chai';
import fc from 'fast-check';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.js';
import { oneReportAtATime } from '../../src/app/one-report-at-a-time.js';
import type { Store } from '../../src/app/ports.js';
import {
  createSummarizeIncidents,
  type Summary,
  type SummaryQuestion,
} from '../../src/app/summarize-incidents.js';
import { noAlerts } from '../../src/domain/alert/alert-tally.js';
import { dimensions } from '../../src/domain/report/incident-report.js';
import { rejectionOf } from '../contract/rejection-of.js';
import { sampleCommit, sampleShardRecord } from '../contract/sample-commit.js';
import { sampleAlert, sampleIncident } from '../support/sample-documents.js';
import { nine } from '../support/sample-facts.js';

const hour = 3_600_000;

function question(given: Partial<SummaryQuestion> = {}): SummaryQuestion {
  const period = { since: nine - hour, until: nine + hour };
  return { period, timezone: 'UTC', offset: () => 0, by: dimensions, top: 2, ...given };
}

async function storeWith(count: number): Promise<Store> {
  const store = createMemoryStore();
  await store.open(0);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const incidents = numbers.map((number) =>
    sampleIncident({ id: `INC-${number}`, number, openedAt: nine + number, rootCause: 'disk full' }),
  );
  const alerts = numbers.map((number) =>
    sampleAlert({ fingerprint: `f${number}`, occurrenceCount: number, lastSeenAt: nine }),
  );
  const tallies = [-2, -1, 0, 1].map((at) => ({
    ...noAlerts,
    hour: nine + at * hour,
    received: 10 ** (at + 2),
  }));
  await store.stage(
    sampleCommit(1, { shard: sampleShardRecord({ at: nine + hour }), incidents, alerts, tallies }),
  )();
  return store;
}

describe('the summary of incidents', () => {
  it('is made of every incident, hour and alert of the period, over many pages', async () => {
    const store = await storeWith(2_345);
    const read: number[] = [];
    const summary = await createSummarizeIncidents({ views: store })(question(), (count) => read.push(count));
    expect(summary.total.opened).to.equal(2_345);
    expect(summary.by.map(({ dimension }) => dimension)).to.deep.equal([...dimensions]);
    expect(summary.by[0]?.groups.map(({ key, opened }) => [key, opened])).to.deep.equal([['P1', 2_345]]);
    expect(summary.noise).to.include({ received: 110, receivedPerIncident: 110 / 2_345 });
    expect(summary.noise.flapping.map(({ fingerprint }) => fingerprint)).to.deep.equal(['f2345', 'f2344']);
    expect(summary.causes.map(({ cause, incidents }) => [cause, incidents])).to.deep.equal([
      ['disk full', 2_345],
    ]);
    expect(read).to.deep.equal([1_000, 2_000, 2_345]);
  });

  it('breaks down by what was asked for only', async () => {
    const summarize = createSummarizeIncidents({ views: await storeWith(3) });
    const { by } = await summarize(question({ by: ['team'] }));
    expect(by.map(({ dimension }) => dimension)).to.deep.equal(['team']);
  });

  it('lets others run between the breakdowns', async () => {
    const summarize = createSummarizeIncidents({ views: await storeWith(3) });
    let turns = 0;
    const count = (): void => {
      turns += 1;
      pending = setImmediate(count);
    };
    let pending = setImmediate(count);
    await summarize(question());
    clearImmediate(pending);
    expect(turns).to.be.at.least(dimensions.length);
  });

  it('is made one after the other, in the order asked for, and a failure stops none that follows', async () => {
    const log: string[] = [];
    const answers: ((fail: boolean) => void)[] = [];
    const summarize = oneReportAtATime(
      ({ timezone }) =>
        new Promise<Summary>((resolve, reject) => {
          log.push(`begins ${timezone}`);
          answers.push((fail) => {
            if (fail) reject(new Error(timezone));
            else resolve({ timezone } as Summary);
          });
        }),
    );
    const first = rejectionOf(summarize(question({ timezone: 'first' })));
    const second = summarize(question({ timezone: 'second' }));
    await new Promise(setImmediate);
    expect(log).to.deep.equal(['begins first']);
    answers[0]!(true);
    expect((await first).message).to.equal('first');
    await new Promise(setImmediate);
    answers[1]!(false);
    expect(await second).to.deep.equal({ timezone: 'second' });
  });

  it('is refused where many wait already, and possible again when they are done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 20 }), async (asked) => {
        let finish: () => void = () => undefined;
        const gate = new Promise<void>((resolve) => (finish = resolve));
        const summarize = oneReportAtATime(() => gate.then(() => ({}) as Summary));
        const all = Array.from({ length: asked }, () => summarize(question()));
        const settled = Promise.allSettled(all);
        expect(await rejectionOf(all.at(-1)!)).to.include({ code: 'reports-busy', retriable: true });
        finish();
        const done = (await settled).filter(({ status }) => status === 'fulfilled');
        expect(done).to.have.length(9);
        await summarize(question());
      }),
      { numRuns: 5 },
    );
  });
});
